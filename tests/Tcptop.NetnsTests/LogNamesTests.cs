using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>One name of a log for several programs, and names that are not text.</summary>
public sealed class LogNamesTests : IDisposable
{
    private const int Writers = 6;
    private const int Rounds = 30;
    private const string Header = "timestamp,";

    private readonly string _directory = Directory.CreateTempSubdirectory("tcptop-").FullName;

    private string Log => Path.Combine(_directory, "log");

    /// <summary>.NET cannot remove what has no name in text.</summary>
    public void Dispose() =>
        Python("import os, shutil, sys; shutil.rmtree(os.fsencode(sys.argv[1]))", _directory);

    [Fact]
    public void Programs_that_open_one_log_at_the_same_time_begin_it_with_one_header()
    {
        using var pair = new LoopbackPair();
        string[] append = [Programs.Tcptop, "--append"];
        LogProcess[] logs =
            [.. Enumerable.Range(0, Writers).Select(_ => LogProcess.StartAs(append, Log, "3600"))];
        using var all = new DisposableList<LogProcess>(logs);
        var own = $",{pair.ServerPort},127.0.0.1,{pair.ClientPort},";
        bool IsOwn(string line) => line.Contains(own, StringComparison.Ordinal);
        Eventually.True(
            () => File.Exists(Log) && File.ReadLines(Log).Count(IsOwn) == Writers,
            "each has written its first refresh");
        var header = File.ReadLines(Log).First();
        Assert.StartsWith(Header, header, StringComparison.Ordinal);
        Assert.Single(File.ReadLines(Log), header);

        for (var round = 0; round < Rounds; round++)
        {
            var former = $"{Log}.{round}";
            File.Move(Log, former);
            // As logrotate's "create" and "nocreate".
            if (round % 2 == 0)
                File.WriteAllText(Log, "");
            foreach (var log in logs)
                log.Signal(RunningProcess.UserDefined1);
            Eventually.True(() => !logs.Any(log => HasOpen(log, former)), "each has the new file");
            Assert.Equal(header + "\r\n", File.ReadAllText(Log));
        }
    }

    [Fact]
    public void Who_holds_the_lock_of_a_log_does_not_stop_it()
    {
        using var log = LogProcess.StartAt(Log, "0.1");
        log.WaitForRows();
        File.Move(Log, $"{Log}.1");
        File.WriteAllText(Log, "");
        using var holder = new RunningProcess(
            "python3",
            "-c",
            "import fcntl, sys; file = open(sys.argv[1]); fcntl.lockf(file, fcntl.LOCK_SH); "
                + "print('held', flush=True); input()",
            Log);
        holder.WaitForLine("held");
        log.Signal(RunningProcess.UserDefined1);
        log.WaitForRows();
        Assert.NotEmpty(log.Stop());
        var lines = File.ReadLines(Log);
        Assert.Single(lines, line => line.StartsWith(Header, StringComparison.Ordinal));
    }

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
        Python("import os, sys; print(sorted(os.listdir(os.fsencode(sys.argv[1]))))", _directory).Trim();

    private static string Python(string program, string argument) =>
        Tool.Must("python3", "-c", program, argument);

    private static bool HasOpen(LogProcess log, string path) =>
        Directory.GetFiles($"/proc/{log.Id}/fd").Any(descriptor => TargetOf(descriptor) == path);

    private static string? TargetOf(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget;
        }
        catch (IOException)
        {
            // It is closed by now.
            return null;
        }
    }
}
