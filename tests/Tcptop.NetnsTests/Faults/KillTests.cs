using System.Diagnostics;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests.Faults;

/// <summary>
/// Killed at any moment, it leaves nothing in the kernel, and nothing that its successor would stumble over.
/// </summary>
[Trait(FaultTests.Trait, FaultTests.Fault)]
public sealed class KillTests
{
    private const int Kills = 100;
    private const int Seed = 20_261_124;

    private static readonly string[][] Ways =
    [
        ["--batch", "--format", "json", "--interval", "0.1"],
        ["--batch", "--format", "json", "--interval", "0.1", "--all"],
        ["trace", "--format", "json"],
    ];

    [Fact]
    public void A_hundred_kills_at_random_moments_each_leave_the_kernel_clean_and_the_next_start_is_fine()
    {
        // The first is longer than all that come after: nothing of it is in memory yet.
        TimeToFirstRow();
        var longest = ((TimeSpan[])[TimeToFirstRow(), TimeToFirstRow(), TimeToFirstRow()]).Order().ElementAt(1) * 2;
        var random = new Random(Seed);
        var (early, late) = (0, 0);
        for (var kill = 0; kill < Kills; kill++)
        {
            var moment = longest * random.NextDouble();
            if (KillAfter(moment, Ways[kill % Ways.Length]) == 0)
                early++;
            else
                late++;
            KernelInventory.WaitUntilNothingIsLeft($"nothing of ours is left after kill {kill}");
            if (kill % 10 == 9)
                AssertExact();
        }
        // Moments before it was up, and after it.
        Assert.InRange(early, Kills / 10, Kills);
        Assert.InRange(late, Kills / 10, Kills);
    }

    [Fact]
    public void The_death_of_one_does_not_disturb_another()
    {
        using var stays = TcptopProcess.Start();
        using var dies = TcptopProcess.Start();
        using var connections = new ShortConnections();
        using var pair = new LoopbackPair();
        connections.Make(500);
        LoopbackPair.Transfer(pair.Client, pair.Server, 12_345);
        dies.Signal(RunningProcess.Kill);
        connections.Make(500);
        LoopbackPair.Transfer(pair.Client, pair.Server, 54_321);
        pair.CloseInOrder();
        connections.AssertAllExact(stays);
        Assert.Equal(12_345 + 54_321, stays.WaitForClosed(pair.ClientPort, pair.ServerPort).BytesOut);
        Assert.Empty(stays.StopAndReadLosses());
    }

    [Fact]
    public void Two_that_watch_the_same_churn_each_tell_all_of_it()
    {
        using var first = TcptopProcess.Start(interval: 0.3);
        using var second = TcptopProcess.Start(interval: 0.7);
        using var connections = new ShortConnections();
        connections.Make(2_000);
        connections.AssertAllExact(first);
        connections.AssertAllExact(second);
        Assert.Empty(first.StopAndReadLosses());
        Assert.Empty(second.StopAndReadLosses());
    }

    /// <summary>How many lines it had printed.</summary>
    private static int KillAfter(TimeSpan moment, string[] arguments)
    {
        using var pair = new LoopbackPair();
        var since = Stopwatch.StartNew();
        using var tcptop = new RunningProcess(Programs.Tcptop, arguments);
        while (since.Elapsed < moment)
            LoopbackPair.Transfer(pair.Client, pair.Server, 1_000);
        tcptop.Signal(RunningProcess.Kill);
        tcptop.WaitForExit();
        return tcptop.Lines.Count;
    }

    private static TimeSpan TimeToFirstRow()
    {
        using var pair = new LoopbackPair();
        using var started = new CancellationTokenSource();
        // As beside those that are killed: it slows the start.
        var traffic = Task.Run(() =>
        {
            while (!started.IsCancellationRequested)
                LoopbackPair.Transfer(pair.Client, pair.Server, 1_000);
        });
        var since = Stopwatch.StartNew();
        using var tcptop = TcptopProcess.Start(interval: 0.1);
        var time = since.Elapsed;
        started.Cancel();
        traffic.Wait();
        return time;
    }

    private static void AssertExact()
    {
        using var tcptop = TcptopProcess.Start();
        using var pair = new LoopbackPair();
        LoopbackPair.Transfer(pair.Client, pair.Server, 54_321);
        pair.CloseInOrder();
        Assert.Equal(54_321, tcptop.WaitForClosed(pair.ClientPort, pair.ServerPort).BytesOut);
        tcptop.Signal(RunningProcess.Terminate);
        Assert.Equal((0, ""), tcptop.WaitForExit());
    }
}
