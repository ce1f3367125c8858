using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>However it ends, nothing of ours stays in the kernel.</summary>
public sealed class CleanExitTests
{
    [Theory]
    [InlineData(RunningProcess.Terminate)]
    [InlineData(RunningProcess.Interrupt)]
    [InlineData(RunningProcess.Hangup)]
    [InlineData(RunningProcess.Quit)]
    public void A_stop_signal_detaches_everything_and_exits_0(int signal)
    {
        using var tcptop = TcptopProcess.Start();
        Assert.NotEmpty(KernelInventory.Ours());
        tcptop.Signal(signal);
        Assert.Equal((0, ""), tcptop.WaitForExit());
        KernelInventory.WaitUntilNothingIsLeft();
    }

    [Fact]
    public void Even_SIGKILL_leaves_nothing_in_the_kernel()
    {
        using var tcptop = TcptopProcess.Start();
        Assert.NotEmpty(KernelInventory.Ours());
        tcptop.Signal(RunningProcess.Kill);
        tcptop.WaitForExit();
        KernelInventory.WaitUntilNothingIsLeft();
    }

    [Fact]
    public void Every_line_printed_before_a_stop_is_whole()
    {
        for (var round = 0; round < 5; round++)
        {
            using var tcptop = TcptopProcess.Start(interval: 0.1);
            tcptop.Signal(RunningProcess.Terminate);
            Assert.Equal(0, tcptop.WaitForExit().ExitCode);
            Assert.All(tcptop.Lines, line => Assert.EndsWith("}", line, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Two_at_once_are_each_exact()
    {
        using var first = TcptopProcess.Start();
        using var second = TcptopProcess.Start();
        using var pair = new LoopbackPair();
        LoopbackPair.Transfer(pair.Client, pair.Server, 54_321);
        pair.CloseInOrder();
        Assert.Equal(54_321, first.WaitForClosed(pair.ClientPort, pair.ServerPort).BytesOut);
        Assert.Equal(54_321, second.WaitForClosed(pair.ClientPort, pair.ServerPort).BytesOut);
    }
}
