using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>One name of a log for several programs, and names that are not text.</summary>
public sealed class LogNamesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tcptop-").FullName;

    /// <summary>.NET cannot remove what has no name in text.</summary>
    public void Dispose() =>
        Python("import os, shutil, sys; shutil.rmtree(os.fsencode(sys.argv[1]))", _directory);

    [Fact]
    public void A_name_that_is_not_UTF8_is_that_very_file_also_when_it_is_opened_anew()
    {
        using var log = StartIn(_directory, @"--log $'\xff\xe6.csv' --interval 3600");
        Eventually.True(() => Names() == @"[b'\xff\xe6.csv']", "that file is there", Names);
        Eventually.True(() => log.Takes(RunningProcess.UserDefined1), "it takes the signal");
        Tool.Must("bash", "-c", @"mv ""$1""/$'\xff\xe6.csv' ""$1/former""", "bash", _directory);
        log.Signal(RunningProcess.UserDefined1);
        Eventually.True(
            () => Names() == @"[b'former', b'\xff\xe6.csv']", "that file is there again", Names);
        log.Signal(RunningProcess.Terminate);
        Assert.Equal((0, ""), log.WaitForExit());
    }

    [Fact]
    public void A_message_shows_what_is_not_UTF8_by_its_number()
    {
        using var log = StartIn(_directory, @"--log $'missing/\xff.csv' -n 1");
        const string Said =
            "error: cannot open log file missing/\\xff.csv: No such file or directory\n";
        Assert.Equal((1, Said), log.WaitForExit());
    }

    private static RunningProcess StartIn(string directory, string arguments) =>
        new(
            "bash", "-c", $"cd \"$1\" && exec \"$2\" {arguments}", "bash", directory,
            Programs.Tcptop);

    /// <summary>As python shows bytes.</summary>
    private string Names() =>
        Python(
            "import os, sys; print(sorted(os.listdir(os.fsencode(sys.argv[1]))))", _directory).Trim();

    private static string Python(string program, string argument) =>
        Tool.Must("python3", "-c", program, argument);
}
