using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests.Faults;

/// <summary>A log's path that never answers when it is opened anew (FUSE, NFS).</summary>
[Trait(FaultTests.Trait, FaultTests.Fault)]
public sealed class StalledLogTests : IDisposable
{
    /// <summary>More than are waited for at once.</summary>
    private const int Requests = 8;

    private const string Note =
        "earlier requests to do so have not come to an end; still writing to the old file";

    private static readonly string Script =
        Path.Combine(AppContext.BaseDirectory, "Faults", "never_answer.py");

    private readonly string _home = Directory.CreateTempSubdirectory("tcptop-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void Rows_go_on_in_the_old_file_and_a_stop_is_heard()
    {
        Directory.CreateDirectory(In("logs"));
        // Where nobody else sees the mount.
        string[] tcptop = ["unshare", "--mount", Programs.Tcptop];
        using var log = LogProcess.StartSayingTo(In("said"), tcptop, In("logs/log"), "0.1");
        log.WaitForRows();
        Directory.Move(In("logs"), In("old"));
        Directory.CreateDirectory(In("logs"));
        using var stalling = new RunningProcess(
            "nsenter", "-t", $"{log.Id}", "--mount", "python3", Script, In("logs"));
        stalling.WaitForLine("laid over");
        for (var request = 1; request <= Requests; request++)
        {
            log.Signal(RunningProcess.UserDefined1);
            log.WaitForRows(In("old/log"));
        }
        Eventually.True(
            () => File.ReadAllText(In("said")).Contains(Note, StringComparison.Ordinal),
            "it says so");
        log.Signal(RunningProcess.Terminate);
        Assert.Equal((0, ""), log.WaitForExit());
        Assert.NotEmpty(LogRow.Read("csv", In("old/log")));
    }

    private string In(string name) => Path.Combine(_home, name);
}
