using System.Diagnostics;
using System.Net;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests.Faults;

/// <summary>tcptop stopped (SIGSTOP) and continued: what happened meanwhile is told.</summary>
[Trait(FaultTests.Trait, FaultTests.Fault)]
public sealed class StandstillTests
{
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(10);

    [Fact]
    public void What_happens_in_ten_seconds_of_standstill_is_all_told_when_it_goes_on()
    {
        using var tcptop = TcptopProcess.Start();
        using var shortOnes = new ShortConnections();
        using var held = new LoopbackPair();
        using var sender = new DatagramSocket(IPAddress.Loopback);
        using var receiver = new DatagramSocket(IPAddress.Loopback);
        var (sent, datagrams) = (0L, 0);
        tcptop.StandStill();
        for (var since = Stopwatch.StartNew(); since.Elapsed < Standstill; Thread.Sleep(10))
        {
            shortOnes.Make(2);
            LoopbackPair.Transfer(held.Client, held.Server, 1_001);
            sent += 1_001;
            sender.SendTo(IPAddress.Loopback, receiver.Port, 77);
            Assert.Equal(77, receiver.Receive(1));
            datagrams++;
        }
        tcptop.GoOn();

        shortOnes.AssertAllExact(tcptop);
        tcptop.WaitForLive(
            held.ClientPort, held.ServerPort, row => row.BytesOut == sent, "the connection that stayed has its bytes");
        tcptop.WaitForLive(held.ServerPort, held.ClientPort, row => row.BytesIn == sent, "and so has its other end");
        tcptop.WaitForLive(sender.Port, receiver.Port,
            row => (row.PacketsOut, row.BytesOut) == (datagrams, 77L * datagrams), "all datagrams are sent");
        tcptop.WaitForLive(receiver.Port, sender.Port,
            row => (row.PacketsIn, row.BytesIn) == (datagrams, 77L * datagrams), "and received");
        Assert.Empty(tcptop.StopAndReadLosses());
    }

    [Fact]
    public void It_goes_on_at_its_pace_and_does_not_make_up_for_the_refreshes_that_it_missed()
    {
        using var tcptop = TcptopProcess.Start(interval: 0.5);
        using var pair = new LoopbackPair();
        tcptop.WaitForLive(pair.ClientPort, pair.ServerPort, row => row.RateOut is not null, "it is shown");
        tcptop.StandStill();
        Thread.Sleep(TimeSpan.FromSeconds(3));
        tcptop.GoOn();
        var goneOn = DateTimeOffset.UtcNow;
        List<DateTimeOffset> TimesSince(IReadOnlyList<JsonRow> rows) =>
            [.. rows.Select(row => row.Timestamp).Where(time => time > goneOn).Distinct()];
        var times = TimesSince(tcptop.WaitFor(rows => TimesSince(rows).Count >= 5, "it refreshes"));
        Assert.InRange(times[4] - times[0], TimeSpan.FromSeconds(1.4), TimeSpan.MaxValue);
    }
}
