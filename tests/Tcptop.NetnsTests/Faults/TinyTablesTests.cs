using System.Net;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests.Faults;

/// <summary>
/// Rings and tables made tiny: what finds no room is counted by name, and what is seen and what is lost add
/// up to what happened.
/// </summary>
[Trait(FaultTests.Trait, FaultTests.Fault)]
public sealed class TinyTablesTests
{
    private const int Size = 10;
    private static readonly IPAddress Peers = IPAddress.Parse("127.0.0.77");
    private const int FirstPeer = 5_000;

    /// <summary>Losses are the whole host's, whose other programs do not rest.</summary>
    private const int LostByOthers = 50;

    [Theory]
    [InlineData("closed_ring=4096", "closed_ring_full", 4096 / (192 + 8))]
    [InlineData("closed_queue=100", "closed_queue_full", 100)]
    public void Final_records_that_find_no_room_are_counted(string tables, string loss, int room)
    {
        using var tcptop = TcptopProcess.StartWithFaults(tables);
        using var connections = new ShortConnections();
        tcptop.StandStill();
        connections.Make(500);
        tcptop.GoOn();
        using var later = new LoopbackPair();
        tcptop.WaitForLive(later.ClientPort, later.ServerPort, _ => true, "it goes on");
        var losses = tcptop.StopAndReadLosses();
        var seen = connections.EndedIn(tcptop.Rows()).Count;
        Assert.InRange(seen + losses[loss], connections.Ends, connections.Ends + LostByOthers);
        Assert.InRange(seen, 1, room);
    }

    [Fact]
    public void The_longest_idle_flows_make_room_before_the_table_is_full_and_keep_their_totals()
    {
        const int Table = 64;
        const int Old = 40;
        const int New = 20;
        const int Fewest = Old + New - Table / 2;
        using var tcptop = TcptopProcess.StartWithFaults($"udp_flows={Table}");
        using var sender = new DatagramSocket(IPAddress.Loopback);
        SendToEach(sender, FirstPeer, Old);
        tcptop.WaitFor(rows => Flows(rows, sender).Count == Old, "the old ones are shown");
        // A quarter of the table has to be free: half of it is kept when it is not.
        SendToEach(sender, FirstPeer + Old, New);
        bool IsEnded(JsonRow row) => row.Closed && row.LocalPort == sender.Port;
        var ended = tcptop.WaitFor(rows => rows.Count(IsEnded) >= Fewest, "some make room").Where(IsEnded).ToList();
        Assert.InRange(ended.Count, Fewest, Old);
        Assert.All(ended, row => Assert.InRange(row.RemotePort, FirstPeer, FirstPeer + Old - 1));
        Assert.All(ended,
            row => Assert.Equal((1L, (long)Size, Environment.ProcessId), (row.PacketsOut, row.BytesOut, row.Pid)));
        Assert.Equal(Old + New, Flows(tcptop.Rows(), sender).Sum(flow => flow.PacketsOut));
        var losses = tcptop.StopAndReadLosses();
        Assert.Equal(["udp_flows_ended_early"], losses.Keys);
        Assert.InRange(losses["udp_flows_ended_early"], ended.Count, Old + New + LostByOthers);
    }

    [Fact]
    public void A_flow_that_made_room_and_goes_on_begins_anew_and_loses_nothing()
    {
        using var tcptop = TcptopProcess.StartWithFaults("udp_flows=16");
        using var sender = new DatagramSocket(IPAddress.Loopback);
        const int Rounds = 10;
        const int Each = 10;
        for (var round = 0; round < Rounds; round++)
        {
            // In turn two sets of peers: together more than the table keeps.
            SendToEach(sender, FirstPeer + round % 2 * Each, Each);
            var sent = (round + 1) * Each;
            tcptop.WaitFor(rows => DatagramsIn(rows, sender) == sent, $"{sent} datagrams are in the rows");
        }
        Assert.NotEqual(0, tcptop.StopAndReadLosses()["udp_flows_ended_early"]);
    }

    [Fact]
    public void Datagrams_without_room_for_their_flow_are_in_their_sockets_rest()
    {
        const int Table = 16;
        const int Made = 100;
        using var tcptop = TcptopProcess.StartWithFaults($"udp_flows={Table}");
        using var sender = new DatagramSocket(IPAddress.Loopback);
        tcptop.StandStill();
        SendToEach(sender, FirstPeer, Made);
        tcptop.GoOn();
        tcptop.WaitFor(rows => DatagramsIn(rows, sender) == Made, "all datagrams are in some row");
        var rest = tcptop.Rows().Last(row => row.LocalPort == sender.Port && row.RemotePort == 0);
        Assert.InRange(rest.PacketsOut!.Value, Made - Table, Made);
        Assert.InRange(
            tcptop.StopAndReadLosses()["udp_flows_full"], rest.PacketsOut.Value, rest.PacketsOut.Value + LostByOthers);
    }

    [Fact]
    public void Datagrams_of_sockets_without_room_have_their_flows_and_the_lack_is_counted()
    {
        const int Sockets = 20;
        using var tcptop = TcptopProcess.StartWithFaults("udp_sockets=4");
        var senders = Enumerable.Range(0, Sockets).Select(_ => new DatagramSocket(IPAddress.Loopback)).ToList();
        using var all = new DisposableList<DatagramSocket>(senders);
        foreach (var sender in senders)
            sender.SendTo(Peers, FirstPeer, Size);
        tcptop.WaitFor(rows => senders.All(sender => DatagramsIn(rows, sender) == 1), "each datagram is in a row");
        Assert.InRange(tcptop.StopAndReadLosses()["udp_sockets_full"], Sockets - 4, Sockets + LostByOthers);
    }

    [Fact]
    public void Datagrams_that_have_room_nowhere_are_counted_and_seen_and_lost_is_all()
    {
        const int Sockets = 20;
        using var tcptop = TcptopProcess.StartWithFaults("udp_sockets=4,udp_flows=8");
        var senders = Enumerable.Range(0, Sockets).Select(_ => new DatagramSocket(IPAddress.Loopback)).ToList();
        using var all = new DisposableList<DatagramSocket>(senders);
        tcptop.StandStill();
        foreach (var sender in senders)
            sender.SendTo(Peers, FirstPeer, Size);
        tcptop.GoOn();
        using var later = new LoopbackPair();
        tcptop.WaitForLive(
            later.ClientPort, later.ServerPort, row => row.RateOut is not null, "two refreshes have gone by");
        var losses = tcptop.StopAndReadLosses();
        // Rests are in both: their datagrams are seen, and counted as without a flow.
        var inFlows = senders.Sum(
            sender => Flows(tcptop.Rows(), sender).Where(flow => flow.RemotePort != 0).Sum(flow => flow.PacketsOut));
        Assert.InRange(inFlows!.Value + losses["udp_flows_full"], Sockets, Sockets + LostByOthers);
        Assert.InRange(inFlows.Value, 1, 8);
    }

    /// <summary>Chunks of eight slots: the table grows again and again; what comes too fast comes late.</summary>
    [Theory]
    [InlineData("slots=8")]
    [InlineData("slots=8,copied_sockets=1")]
    public void Connections_that_find_no_slot_are_shown_as_soon_as_there_is_one(string tables)
    {
        using var tcptop = TcptopProcess.StartWithFaults(tables);
        using var held = new HeldConnections(200);
        bool IsOfThem(JsonRow row) => row.LocalPort == held.Port || row.RemotePort == held.Port;
        bool IsWhole(IEnumerable<JsonRow> refresh) => refresh.Count(IsOfThem) == 2 * held.Count;
        var rows = tcptop.WaitFor(rows => rows.GroupBy(row => row.Timestamp).Any(IsWhole), "all are in one refresh");
        var whole = rows.GroupBy(row => row.Timestamp).First(IsWhole).Where(IsOfThem).ToList();
        Assert.Equal(2 * held.Count, whole.Select(row => row.Cookie).Distinct().Count());
        Assert.All(whole, row => Assert.Equal(Environment.ProcessId, row.Pid));
        Assert.Empty(tcptop.StopAndReadLosses().Keys.Except(["slots_full"]));
    }

    [Fact]
    public void Connections_that_end_without_a_slot_are_counted_to_the_byte()
    {
        using var tcptop = TcptopProcess.StartWithFaults("slots=8");
        using var held = new HeldConnections(100);
        using var connections = new ShortConnections();
        tcptop.StandStill();
        connections.Make(300);
        tcptop.GoOn();
        connections.AssertAllExact(tcptop, ownersMayLack: true);
        Assert.Empty(tcptop.StopAndReadLosses().Keys.Except(["slots_full"]));
    }

    [Fact]
    public void More_connections_than_the_table_has_room_for_are_all_in_the_next_refresh()
    {
        using var tcptop = TcptopProcess.Start(interval: 0.5);
        using var held = new HeldConnections(6_000);
        bool IsOfThem(JsonRow row) => row.LocalPort == held.Port || row.RemotePort == held.Port;
        bool IsWhole(IEnumerable<JsonRow> refresh) => refresh.Count(IsOfThem) == 2 * held.Count;
        var rows = tcptop.WaitFor(rows => rows.GroupBy(row => row.Timestamp).Any(IsWhole), "all are in one refresh");
        Assert.Equal(2 * held.Count, rows.GroupBy(
            row => row.Timestamp).First(IsWhole).Where(IsOfThem).Select(row => row.Cookie).Distinct().Count());
        Assert.Empty(tcptop.StopAndReadLosses().Keys.Except(["slots_full"]));
    }

    private static void SendToEach(DatagramSocket sender, int first, int count)
    {
        for (var i = 0; i < count; i++)
            sender.SendTo(Peers, first + i, Size);
    }

    /// <summary>Each flow's last row. One that has begun anew is another.</summary>
    private static List<JsonRow> Flows(IEnumerable<JsonRow> rows, DatagramSocket sender)
    {
        var flows = new List<JsonRow>();
        var own = rows.Where(row => row.Protocol == "udp" && row.LocalPort == sender.Port);
        foreach (var peer in own.GroupBy(row => row.RemotePort))
        {
            flows.AddRange(peer.Where(row => row.Closed));
            if (peer.Last() is { Closed: false } live)
                flows.Add(live);
        }
        return flows;
    }

    private static long DatagramsIn(IEnumerable<JsonRow> rows, DatagramSocket sender) =>
        Flows(rows, sender).Sum(flow => flow.PacketsOut ?? 0);
}
