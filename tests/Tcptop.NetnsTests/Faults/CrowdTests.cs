using System.Globalization;
using System.Net;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests.Faults;

/// <summary>Many processes and a host that is busy: nothing is lost, and everything is whose it is.</summary>
[Trait(FaultTests.Trait, FaultTests.Fault)]
public sealed class CrowdTests
{
    [Fact]
    public void Two_thousand_processes_of_one_connection_each_are_told_apart()
    {
        const int Processes = 2_000;
        const int AtALine = 100;
        const int Bytes = 321;
        using var tcptop = TcptopProcess.Start(interval: 0.5);
        var script = Path.Combine(AppContext.BaseDirectory, "Faults", "connect_each.py");
        using var crowd = new RunningProcess(
            "python3", script, $"{OwnPorts.Next()}", $"{AtALine}", $"{Bytes}");
        var port = crowd.WaitForPort();
        for (var done = 1; done <= Processes / AtALine; done++)
        {
            crowd.Input.WriteLine();
            Eventually.True(
                () => crowd.Lines.Count(line => line == "done") == done, $"{done * AtALine} processes have ended");
        }
        bool IsOfThem(JsonRow row) => row.Closed && (row.LocalPort == port || row.RemotePort == port);
        var rows = tcptop.WaitFor(
            rows => rows.Count(IsOfThem) >= 2 * Processes, "both ends of each are shown closed");
        var closed = rows.Where(IsOfThem).ToList();
        Assert.Equal(2 * Processes, closed.Count);
        var clients =
            crowd.Lines.Where(line => line.StartsWith("client ", StringComparison.Ordinal)).Select(ReadClient).Order();
        Assert.Equal(
            clients, closed.Where(row => row.RemotePort == port).Select(row => (row.LocalPort, row.Pid)).Order());
        Assert.All(closed.Where(row => row.RemotePort == port),
            row => Assert.Equal((Bytes, 0L, "python3"), (row.BytesOut, row.BytesIn, row.Process)));
        Assert.All(closed.Where(row => row.LocalPort == port),
            row => Assert.Equal((Bytes, 0L, crowd.Id), (row.BytesIn, row.BytesOut, row.Pid)));
        AssertNothingLost(tcptop);
    }

    [Fact]
    public void Totals_are_exact_while_all_processors_are_busy()
    {
        // To the end of the test, which ends them all; the bound is for a test that is itself ended.
        const string AllBusy =
            "for i in $(seq $((2 * $(nproc)))); do timeout 300 sh -c 'while :; do :; done' & done; echo busy; wait";
        using var busy = new RunningProcess("bash", "-c", AllBusy);
        busy.WaitForLine("busy");
        using var tcptop = TcptopProcess.Start(interval: 0.5);
        using var connections = new ShortConnections();
        using var held = new LoopbackPair();
        using var sender = new DatagramSocket(IPAddress.Loopback);
        using var receiver = new DatagramSocket(IPAddress.Loopback);
        const int Rounds = 2_000;
        for (var round = 0; round < Rounds; round++)
        {
            connections.Make(1);
            LoopbackPair.Transfer(held.Client, held.Server, 5_000);
            sender.SendTo(IPAddress.Loopback, receiver.Port, 99);
            receiver.Receive(1);
        }
        Assert.False(busy.HasExited);
        connections.AssertAllExact(tcptop);
        tcptop.WaitForLive(held.ClientPort, held.ServerPort, row => row.BytesOut == Rounds * 5_000L,
            "the held connection has its bytes");
        tcptop.WaitForLive(sender.Port, receiver.Port, row => (row.PacketsOut, row.BytesOut) == (Rounds, Rounds * 99L),
            "all datagrams are sent");
        tcptop.WaitForLive(
            receiver.Port, sender.Port, row => (row.PacketsIn, row.BytesIn) == (Rounds, Rounds * 99L), "and received");
        AssertNothingLost(tcptop);
    }

    private static (int Port, int? Pid) ReadClient(string line)
    {
        var words = line.Split(' ');
        return (int.Parse(words[1], CultureInfo.InvariantCulture), int.Parse(words[2], CultureInfo.InvariantCulture));
    }

    /// <summary>Names may be given up where all processors are busy, and are told of.</summary>
    private static void AssertNothingLost(TcptopProcess tcptop) =>
        Assert.Empty(tcptop.StopAndReadLosses().Keys.Except(["names_unanswered"]));
}
