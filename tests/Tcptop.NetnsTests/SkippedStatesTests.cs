using Tcptop.NetnsTests.Faults;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>
/// An interrupt within <c>tcptop_state</c> has the kernel skip it for another socket, which no test can bring
/// about when it likes; so it leaves changes of state alone by itself, some or all, and the second program
/// has to see to them.
/// </summary>
public sealed class SkippedStatesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_the_first_program_does_not_see_the_second_makes_up_for(int oneIn)
    {
        using var tcptop = TcptopProcess.StartWithFaults($"states_skipped={oneIn}");
        using var connections = new ShortConnections();
        connections.Make(500);
        using var pair = new LoopbackPair();
        LoopbackPair.Transfer(pair.Client, pair.Server, 4_321);
        var live = tcptop.WaitForLive(
            pair.ClientPort, pair.ServerPort, row => row.BytesOut == 4_321, "it is counted while it lives");
        Assert.Equal(Environment.ProcessId, live.Pid);
        pair.CloseInOrder();
        connections.AssertAllExact(tcptop);
        var closed = tcptop.WaitForClosed(pair.ClientPort, pair.ServerPort);
        Assert.Equal((4_321, 0, Environment.ProcessId), (closed.BytesOut, closed.BytesIn, closed.Pid));
        Assert.Empty(tcptop.StopAndReadLosses());
    }
}
