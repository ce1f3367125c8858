using System.Net;
using System.Net.Sockets;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>
/// Datagrams as the traffic sent and received them, and what tcptop says, to the datagram and the byte.
/// </summary>
public sealed class UdpTests
{
    private static readonly IPAddress Loopback = IPAddress.Loopback;

    [Fact]
    public void Three_peers_of_one_unconnected_socket_are_three_flows_each_with_its_own_counts()
    {
        using var tcptop = TcptopProcess.Start();
        using var hub = new DatagramSocket(Loopback);
        using var peers = new DisposableList<DatagramSocket>([new(Loopback), new(Loopback), new(Loopback)]);
        (int Bytes, int Count)[] sent = [(100, 3), (1_472, 5), (1, 11)];
        for (var i = 0; i < sent.Length; i++)
        {
            for (var n = 0; n < sent[i].Count; n++)
                peers[i].SendTo(Loopback, hub.Port, sent[i].Bytes);
            hub.Receive(sent[i].Count);
            hub.SendTo(Loopback, peers[i].Port, 20 + i);
            peers[i].Receive(1);
        }
        for (var i = 0; i < sent.Length; i++)
        {
            var (total, count, reply) = ((long)sent[i].Bytes * sent[i].Count, (long)sent[i].Count, 20L + i);
            var atHub = tcptop.WaitForLive(
                hub.Port, peers[i].Port, row => row.PacketsOut == 1, "the hub's end is shown");
            var atPeer = tcptop.WaitForLive(
                peers[i].Port, hub.Port, row => row.PacketsIn == 1, "the peer's end is shown");
            Assert.Equal((total, count, reply, 1L), Counts(atHub));
            Assert.Equal((reply, 1L, total, count), Counts(atPeer));
            Assert.All(new[] { atHub, atPeer },
                row => Assert.Equal(("udp", null, null, 0L), (row.Protocol, row.State, row.RttUs, row.Drops)));
            Assert.All(new[] { atHub, atPeer },
                row => Assert.Equal((Environment.ProcessId, "lo"), (row.Pid!.Value, row.Interface)));
        }
    }

    [Fact]
    public void A_connected_IPv6_flow_is_counted_under_its_addresses()
    {
        using var tcptop = TcptopProcess.Start();
        using var server = new DatagramSocket(IPAddress.IPv6Loopback);
        using var client = new DatagramSocket(IPAddress.IPv6Loopback);
        client.Connect(IPAddress.IPv6Loopback, server.Port);
        for (var i = 0; i < 4; i++)
            client.Send(777);
        server.Receive(4);
        var row = tcptop.WaitForLive(server.Port, client.Port, row => row.PacketsIn == 4, "it shows four datagrams");
        Assert.Equal(("::1", "::1", 3_108L), (row.LocalAddress, row.RemoteAddress, row.BytesIn));
    }

    [Fact]
    public void An_IPv4_mapped_peer_is_shown_as_IPv4()
    {
        using var tcptop = TcptopProcess.Start();
        using var server = new DatagramSocket(Loopback);
        using var client = new DatagramSocket(Loopback, dualMode: true);
        client.SendTo(Loopback, server.Port, 50);
        server.Receive(1);
        var row = tcptop.WaitForLive(client.Port, server.Port, row => row.PacketsOut == 1, "it shows the datagram");
        Assert.Equal(("127.0.0.1", "127.0.0.1", 50L), (row.LocalAddress, row.RemoteAddress, row.BytesOut));
    }

    [Fact]
    public void A_datagram_without_payload_is_one_datagram_of_no_bytes()
    {
        using var tcptop = TcptopProcess.Start();
        using var server = new DatagramSocket(Loopback);
        using var client = new DatagramSocket(Loopback);
        client.SendTo(Loopback, server.Port, 0);
        var row = tcptop.WaitForLive(server.Port, client.Port, row => row.PacketsIn == 1, "it shows the datagram");
        Assert.Equal((0L, 1L, 0L, 0L), Counts(row));
    }

    [Fact]
    public void A_datagram_larger_than_the_device_takes_is_one_datagram()
    {
        using var ns = new NetworkNamespace();
        using var tcptop = TcptopProcess.Start();
        using var server = ns.Start(Programs.Traffic, "udp-serve", ns.InsideAddress, "0");
        var port = server.WaitForPort();
        using var client = new DatagramSocket(IPAddress.Parse(ns.OutsideAddress));
        client.SendTo(IPAddress.Parse(ns.InsideAddress), port, 30_000);
        var inside = tcptop.WaitForLive(port, client.Port, row => row.PacketsIn != 0, "it has arrived");
        var outside = tcptop.WaitForLive(client.Port, port, row => row.PacketsOut != 0, "it has been sent");
        Assert.Equal((30_000L, 1L, 0L, 0L), Counts(inside));
        Assert.Equal((0L, 0L, 30_000L, 1L), Counts(outside));
    }

    [Fact]
    public void What_is_sent_by_UDP_SEGMENT_counts_as_the_datagrams_that_it_carries()
    {
        using var tcptop = TcptopProcess.Start();
        using var server = new DatagramSocket(Loopback);
        using var client = new DatagramSocket(Loopback);
        client.SegmentBytes = 1_000;
        client.SendTo(Loopback, server.Port, 4_500);
        Assert.Equal(4_500, server.Receive(5));
        var sender = tcptop.WaitForLive(
            client.Port, server.Port, row => row.PacketsOut != 0, "the sender's end is shown");
        var receiver = tcptop.WaitForLive(
            server.Port, client.Port, row => row.PacketsIn != 0, "the receiver's end is shown");
        Assert.Equal((0L, 0L, 4_500L, 5L), Counts(sender));
        Assert.Equal((4_500L, 5L, 0L, 0L), Counts(receiver));
    }

    [Fact]
    public void What_is_received_by_UDP_GRO_counts_as_the_datagrams_that_it_carries()
    {
        using var tcptop = TcptopProcess.Start();
        using var server = new DatagramSocket(Loopback);
        server.Gro = true;
        using var client = new DatagramSocket(Loopback);
        client.SegmentBytes = 1_000;
        client.SendTo(Loopback, server.Port, 4_500);
        Assert.Equal((1, 4_500L), (1, server.Receive(1)));
        var receiver = tcptop.WaitForLive(
            server.Port, client.Port, row => row.PacketsIn != 0, "the receiver's end is shown");
        Assert.Equal((4_500L, 5L, 0L, 0L), Counts(receiver));
    }

    [Fact]
    public void What_is_corked_is_one_datagram_when_it_goes()
    {
        using var tcptop = TcptopProcess.Start();
        using var server = new DatagramSocket(Loopback);
        using var client = new DatagramSocket(Loopback);
        client.Connect(Loopback, server.Port);
        client.Cork = true;
        client.Send(10);
        client.Send(20);
        client.Cork = false;
        Assert.Equal(30, server.Receive(1));
        var row = tcptop.WaitForLive(client.Port, server.Port, row => row.PacketsOut != 0, "it shows what was sent");
        Assert.Equal((0L, 0L, 30L, 1L), Counts(row));
    }

    [Fact]
    public void What_the_socket_had_no_room_for_is_dropped_and_not_received()
    {
        const int Sent = 500;
        using var tcptop = TcptopProcess.Start();
        using var server = new DatagramSocket(Loopback);
        server.Socket.ReceiveBufferSize = 4_096;
        using var client = new DatagramSocket(Loopback);
        for (var i = 0; i < Sent; i++)
            client.SendTo(Loopback, server.Port, 100);
        var (received, bytes) = server.ReceiveAll();
        Assert.InRange(received, 1, Sent - 1);
        var row = tcptop.WaitForLive(server.Port, client.Port, row => row.PacketsIn + row.Drops == Sent,
            "received and dropped are what was sent");
        Assert.Equal((bytes, (long)received, 0L, 0L), Counts(row));
        Assert.Equal(Sent - received, row.Drops);
        var sender = tcptop.WaitForLive(client.Port, server.Port, row => row.PacketsOut == Sent, "all have been sent");
        Assert.Equal(0, sender.Drops);
    }

    [Fact]
    public void A_multicast_is_sent_once_and_received_by_each()
    {
        var group = IPAddress.Parse("239.213.7.9");
        using var tcptop = TcptopProcess.Start();
        using var first = new DatagramSocket(IPAddress.Any, sharesPort: true);
        using var second = new DatagramSocket(IPAddress.Any, first.Port, sharesPort: true);
        using var sender = new DatagramSocket(Loopback);
        foreach (var receiver in new[] { first, second })
            receiver.Socket.SetSocketOption(
                SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(group, Loopback));
        sender.Socket.SetSocketOption(
            SocketOptionLevel.IP, SocketOptionName.MulticastInterface, Loopback.GetAddressBytes());
        for (var i = 0; i < 3; i++)
            sender.SendTo(group, first.Port, 200);
        Assert.Equal((600L, 600L), (first.Receive(3), second.Receive(3)));
        var sent = tcptop.WaitForLive(sender.Port, first.Port, row => row.PacketsOut == 3, "the sender's end is shown");
        Assert.Equal(("239.213.7.9", (0L, 0L, 600L, 3L)), (sent.RemoteAddress, Counts(sent)));
        List<IGrouping<string, JsonRow>> ReceiversIn(IEnumerable<JsonRow> rows) =>
            [.. rows.Where(row => IsReceiver(row, first.Port, sender.Port)).GroupBy(row => row.Cookie)];
        var rows = tcptop.WaitFor(rows => ReceiversIn(rows).Count == 2, "both receivers are shown");
        foreach (var receiver in ReceiversIn(rows))
            Assert.Equal((600L, 3L, 0L, 0L), Counts(receiver.Last()));
    }

    [Fact]
    public void Two_hundred_sockets_of_twenty_processes_that_each_send_one_datagram_have_each_their_row_and_process()
    {
        using var tcptop = TcptopProcess.Start();
        using var server = new DatagramSocket(Loopback);
        RunningProcess Sender(int i) =>
            new(Programs.Traffic, "udp-each", "127.0.0.1", $"{server.Port}", $"{100 + i}", "10");
        var senders = Enumerable.Range(0, 20).Select(Sender).ToList();
        try
        {
            foreach (var sender in senders)
                sender.WaitForLine("done");
            server.Receive(200);
            bool IsOfThem(JsonRow row) => IsSender(row, server.Port);
            var rows = tcptop.WaitFor(rows => rows.Count(IsOfThem) >= 200, "all 200 are shown closed")
                .Where(IsOfThem)
                .ToList();
            Assert.Equal(200, rows.Select(row => row.Cookie).Distinct().Count());
            Assert.Equal(200, rows.Count);
            for (var i = 0; i < senders.Count; i++)
            {
                var own = rows.Where(row => row.Pid == senders[i].Id).ToList();
                Assert.Equal(10, own.Count);
                Assert.All(own, row => Assert.Equal((0L, 0L, 100L + i, 1L), Counts(row)));
                Assert.All(own, row => Assert.Equal("Tcptop.Traffic", row.Process));
            }
        }
        finally
        {
            senders.ForEach(sender => sender.Dispose());
        }
    }

    [Fact]
    public void A_flow_ends_with_its_socket_and_with_its_idleness()
    {
        using var tcptop = TcptopProcess.Start(interval: 0.2, "--udp-idle", "1");
        using var server = new DatagramSocket(Loopback);
        var client = new DatagramSocket(Loopback);
        client.SendTo(Loopback, server.Port, 60);
        server.Receive(1);
        client.Dispose();
        var ofSocket = tcptop.WaitForClosed(client.Port, server.Port);
        Assert.Equal((0L, 0L, 60L, 1L), Counts(ofSocket));
        var idle = tcptop.WaitForClosed(server.Port, client.Port);
        Assert.Equal((60L, 1L, 0L, 0L), Counts(idle));
        Assert.InRange(idle.Age!.Value, 1, 10);
    }

    [Fact]
    public void A_flow_that_goes_on_after_it_was_idle_begins_anew()
    {
        using var tcptop = TcptopProcess.Start(interval: 0.2, "--udp-idle", "0.5");
        using var server = new DatagramSocket(Loopback);
        using var client = new DatagramSocket(Loopback);
        client.SendTo(Loopback, server.Port, 60);
        server.Receive(1);
        tcptop.WaitForClosed(server.Port, client.Port);
        client.SendTo(Loopback, server.Port, 7);
        server.Receive(1);
        var rows = tcptop.WaitForAllClosed(server.Port, client.Port, 2);
        Assert.Equal([60L, 7L], rows.Select(row => row.BytesIn!.Value));
    }

    private static (long BytesIn, long PacketsIn, long BytesOut, long PacketsOut) Counts(JsonRow row) =>
        (row.BytesIn!.Value, row.PacketsIn!.Value, row.BytesOut!.Value, row.PacketsOut!.Value);

    private static bool IsReceiver(JsonRow row, int localPort, int remotePort) =>
        row.LocalPort == localPort && row.RemotePort == remotePort && row.PacketsIn == 3;

    private static bool IsSender(JsonRow row, int remotePort) => row.RemotePort == remotePort && row.Closed;
}
