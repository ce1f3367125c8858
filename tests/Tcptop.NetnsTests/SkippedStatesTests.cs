using Tcptop.NetnsTests.Faults;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>
/// An interrupt within <c>tcptop_state</c> has the kernel skip it for another socket, which no test can bring
/// about when it likes; so it leaves one change of state in so many alone by itself. The changes that follow,
/// the end of the socket and the walk have to make up for it.
/// </summary>
public sealed class SkippedStatesTests
{
    [Theory]
    [InlineData("states_skipped=20")]
    [InlineData("states_skipped=20,copied_sockets=1")]
    public void A_change_of_state_that_is_not_seen_loses_no_connection_and_no_byte(string faults)
    {
        using var tcptop = TcptopProcess.StartWithFaults(faults);
        using var connections = new ShortConnections();
        connections.Make(500);
        using var pair = new LoopbackPair();
        LoopbackPair.Transfer(pair.Client, pair.Server, 4_321);
        tcptop.WaitForLive(
            pair.ClientPort, pair.ServerPort,
            row => row.BytesOut == 4_321 && row.Pid == Environment.ProcessId,
            "it is counted while it lives, and its owner found");
        pair.CloseInOrder();
        connections.AssertAllExact(tcptop, ownersMayLack: true);
        var closed = tcptop.WaitForClosed(pair.ClientPort, pair.ServerPort);
        Assert.Equal((4_321, 0, Environment.ProcessId), (closed.BytesOut, closed.BytesIn, closed.Pid));
        Assert.Empty(tcptop.StopAndReadLosses());
    }
}
