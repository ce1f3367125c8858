using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests.Faults;

/// <summary>
/// Started without some of its standard streams, it does what it would, and what it cannot write it says
/// where it can.
/// </summary>
[Trait(FaultTests.Trait, FaultTests.Fault)]
public sealed class ClosedStreamsTests
{
    /// <summary>Closes the descriptors that its first word names, and becomes what comes after it.</summary>
    private const string Without = "for fd in $0; do eval \"exec $fd>&-\"; done; exec \"$@\"";

    public static TheoryData<string> Closed => ["0", "1", "2", "0 1", "0 2", "1 2", "0 1 2"];

    [Theory]
    [MemberData(nameof(Closed))]
    public void Batch_output_goes_out_or_fails_by_name(string closed)
    {
        var (exitCode, output, error) = Tool.Run("bash", "-c", Without, closed, Programs.Tcptop, "--batch", "-n", "1");
        if (closed.Contains('1', StringComparison.Ordinal))
        {
            Assert.Equal(1, exitCode);
            Assert.Equal(
                closed.Contains('2', StringComparison.Ordinal)
                    ? ""
                    : "error: cannot write to standard output: Bad file descriptor\n", error);
            return;
        }
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains(" connection", output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Closed))]
    public void A_log_is_written_and_hears_its_signals(string closed)
    {
        using var pair = new LoopbackPair();
        var path = Path.Combine(Path.GetTempPath(), $"tcptop-{Guid.NewGuid():N}.csv");
        using var log = LogProcess.StartAs(["bash", "-c", Without, closed, Programs.Tcptop], path, "0.1");
        log.WaitForRows();
        log.Signal(RunningProcess.UserDefined1);
        var size = log.Text.Length;
        Eventually.True(() => log.Text.Length > size, "it goes on");
        Assert.Contains(log.Stop(), row => row.LocalPort == pair.ClientPort && row.RemotePort == pair.ServerPort);
    }
}
