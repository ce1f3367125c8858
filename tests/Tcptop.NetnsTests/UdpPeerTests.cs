using System.Net;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>A datagram is its receiver's, whatever its socket is connected to.</summary>
public sealed class UdpPeerTests
{
    private const string NoAddress = "10.200.0.1";

    public static TheoryData<string> Addresses => ["127.0.0.1", "::1"];

    [Theory]
    [MemberData(nameof(Addresses))]
    public void A_connected_socket_that_sends_to_others_has_a_flow_with_each(string address)
    {
        using var scene = new Scene(address);
        scene.Do(
            "connect A", "send 100 3", "sendto B 10 5", "sendto A 7 2", "sendto C 20 1",
            "sendto B 1 1", "send 1 1", "sendto C 2 1");
        scene.AssertFlows((315, 6), (51, 6), (22, 2));
    }

    [Fact]
    public void A_socket_connected_by_IPv6_that_sends_to_IPv4_has_a_flow_with_both()
    {
        using var scene = new Scene("::1");
        using var other = new DatagramSocket(IPAddress.Loopback);
        scene.Do(
            "connect A", "send 100 3", $"sendto ::ffff:127.0.0.1 {other.Port} 10 5", "send 1 1",
            "sendto B 20 1", $"sendto ::ffff:127.0.0.1 {other.Port} 2 1");
        scene.AssertFlows((301, 4), (20, 1));
        Assert.Equal(52, other.Receive(6));
        var row = scene.RowOf(other.Port);
        Assert.Equal(
            ("127.0.0.1", "127.0.0.1", 52, 6),
            (row.LocalAddress, row.RemoteAddress, row.BytesOut, row.PacketsOut));
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public void A_datagram_to_no_address_is_that_of_whom_it_reached(string address)
    {
        using var scene = new Scene(address);
        var none = address.Contains(':', StringComparison.Ordinal) ? "::" : "0.0.0.0";
        scene.Do("connect A", "send 1 1", $"sendto {none} {scene.B} 10 3", "send 2 1");
        scene.AssertFlows((3, 2), (30, 3));
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public void A_datagram_that_is_put_together_by_several_calls_is_that_of_whom_the_first_named(
        string address)
    {
        using var scene = new Scene(address);
        const string Connect = "connect A";
        // Linux (6.18 for one) sends what names nobody to whom the last corked datagram went, until
        // the socket is connected again.
        scene.Do(
            Connect, "send 1 1", "more B 10", "send 20 1", Connect, "send 2 1", "more B 3",
            "more B 4", "send 5 1", Connect, "cork 1", "sendto C 6 1", "cork 0", Connect,
            "send 4 1");
        scene.AssertFlows((7, 3), (42, 2), (6, 1));
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public void Of_many_datagrams_of_one_call_each_is_its_receivers(string address)
    {
        using var scene = new Scene(address);
        scene.Do(
            "connect A",
            "many - - 11 B 12 - - 13 C 14 B 15 A 16 - - 17",
            "send 1 1");
        scene.AssertFlows((58, 5), (27, 2), (14, 1));
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public void Two_threads_that_send_by_one_socket_at_once_do_not_mix_up_their_receivers(
        string address)
    {
        using var scene = new Scene(address);
        scene.Do("connect A", "atonce 10 100 B 20 100");
        scene.AssertFlows((1_000, 100), (2_000, 100));
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public void A_socket_connected_to_another_or_to_none_afterwards_sends_to_whom_it_says(
        string address)
    {
        using var scene = new Scene(address);
        scene.Do(
            "connect A", "send 1 2", "sendto B 3 1", "connect B", "send 10 2", "sendto A 4 1",
            "unconnect", "sendto C 7 3", "sendto A 100 1", "sendto B 200 1");
        scene.AssertFlows((106, 4), (223, 4), (21, 3));
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public void What_travels_as_one_is_the_datagrams_of_whom_the_call_named(string address)
    {
        using var scene = new Scene(address);
        scene.Do(
            "connect A",
            "segment 1000",
            "sendto B 4500 1",
            "send 2500 1",
            "sendto C 1000 2");
        scene.AssertFlows((2_500, 3), (4_500, 5), (2_000, 2));
    }

    [Fact]
    public void A_send_after_one_that_failed_is_that_of_whom_it_went_to()
    {
        using var place = new IsolatedNamespace();
        using var scene = new Scene("127.0.0.1", place);
        scene.Do("connect A", "send 1 1");
        Assert.Equal("failed sendto ENETUNREACH", scene.Calls.Try($"sendto {NoAddress} 9 50 1"));
        scene.Do("send 10 2");
        Assert.Equal("failed sendto ENETUNREACH", scene.Calls.Try($"sendto {NoAddress} 9 50 1"));
        scene.Do("sendto B 20 2", "send 100 1");
        scene.AssertFlows((121, 4), (40, 2));
        Assert.DoesNotContain(
            scene.Tcptop.Of(scene.Calls.Cookie), row => row.RemoteAddress == NoAddress);
    }

    [Theory]
    [InlineData(4, "10.99.0.1", "10.77.0.2", "ip")]
    [InlineData(6, "fd99::1", "fd77::2", "ip6")]
    public void A_peer_that_is_translated_is_shown_as_the_socket_knows_it_and_others_as_themselves(
        int family, string known, string real, string table)
    {
        using var link = new LinkedNamespaces();
        link.Near.Ip("address", "add", "fd77::1/64", "dev", LinkedNamespaces.NearDevice(), "nodad");
        link.Far.Ip("address", "add", "fd77::2/64", "dev", LinkedNamespaces.FarDevice(), "nodad");
        link.Near.Ip("route", "add", known, "via", real);
        var address = IPAddress.Parse(real);
        using var receiver = link.Far.Inside(() => new DatagramSocket(address));
        using var other = link.Far.Inside(() => new DatagramSocket(address));
        var to = family == 6 ? $"[{real}]:{receiver.Port}" : $"{real}:{receiver.Port}";
        link.Near.Run(
            "nft",
            $"add table {table} nat; "
            + $"add chain {table} nat out {{ type nat hook output priority -100; }}; "
            + $"add rule {table} nat out {table} daddr {known} udp dport 7000 dnat to {to}");
        using var tcptop = StartTcptop();
        using var calls = new DatagramCalls(family, link.Near);
        calls.Do(
            $"connect {known} 7000",
            "send 100 3",
            $"sendto {real} {other.Port} 10 5",
            "send 1 1",
            $"sendto {known} 7000 20 1");
        Assert.Equal((321, 50), (receiver.Receive(5), other.Receive(5)));
        receiver.SendTo(IPAddress.Parse(family == 6 ? "fd77::1" : "10.77.0.1"), calls.Port, 5);
        tcptop.WaitFor(calls.Cookie, row => row.BytesIn == 5, "the answer is shown");
        var rows = tcptop.FreshAll(calls.Cookie).ToDictionary(row => (row.RemoteAddress, row.RemotePort));
        Assert.Equal((321, 5), (rows[(known, 7000)].BytesOut, rows[(known, 7000)].PacketsOut));
        Assert.Equal(
            (50, 5), (rows[(real, other.Port)].BytesOut, rows[(real, other.Port)].PacketsOut));
        Assert.Equal(2, rows.Count);
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public void A_trace_names_the_same_receivers(string address)
    {
        using var scene = new Scene(address);
        var c = scene.Calls.Port;
        using var trace = TraceProcess.Start(
            () => scene.Do("sendto C 1 1"), "--udp", "--local-port", $"{c}");
        var before = trace.Rows().Count;
        scene.Do(
            "connect A", "send 100 1", "sendto B 10 1", "sendto A 7 1", "many - - 11 B 12",
            "unconnect", "sendto B 13 1");
        var (a, b) = (scene.A, scene.B);
        (int Port, int Bytes)[] sent = [(a, 100), (b, 10), (a, 7), (a, 11), (b, 12), (b, 13)];
        string[] wanted =
            [.. sent.Select(one => TraceRow.Call("udp", "send", c, one.Port, one.Bytes))];
        Eventually.True(
            () => trace.Rows().Count(row => wanted.Contains(row.What)) >= wanted.Length,
            "each call is shown",
            () => string.Join('\n', trace.Rows().Skip(before).Select(row => row.What)));
        var beacon = TraceRow.Call("udp", "send", c, scene.C, 1);
        Assert.Equal(wanted, trace.Rows().Select(row => row.What).Where(what => what != beacon));
        Assert.All(trace.Rows(), row => Assert.Equal(address, row.RemoteAddress));
    }

    private static TcptopProcess StartTcptop() => TcptopProcess.Start(0.2, "--udp-idle", "60");

    /// <summary>
    /// tcptop, a socket that is told what to do, and three others that count what comes.
    /// </summary>
    private sealed class Scene : IDisposable
    {
        private readonly string _address;
        private readonly DatagramSocket[] _others;

        public Scene(string address, IsolatedNamespace? place = null)
        {
            _address = address;
            var parsed = IPAddress.Parse(address);
            DatagramSocket Make() => new(parsed);
            _others = [.. Enumerable.Range(0, 3).Select(_ =>
                place is null ? Make() : place.Inside(Make))];
            Tcptop = StartTcptop();
            Calls = new DatagramCalls(
                address.Contains(':', StringComparison.Ordinal) ? 6 : 4, place);
        }

        public TcptopProcess Tcptop { get; }

        public DatagramCalls Calls { get; }

        public int A => _others[0].Port;

        public int B => _others[1].Port;

        public int C => _others[2].Port;

        /// <summary>Orders with A, B and C in them.</summary>
        public void Do(params string[] orders) => Calls.Do([.. orders.Select(Fill)]);

        private string Fill(string order) =>
            string.Join(' ', order.Split(' ').Select(WithEnd));

        private string WithEnd(string word) => word switch
        {
            "A" => $"{_address} {A}",
            "B" => $"{_address} {B}",
            "C" => $"{_address} {C}",
            _ => word,
        };

        public JsonRow RowOf(int port) => Assert.Single(
            Tcptop.FreshAll(Calls.Cookie), row => row.RemotePort == port);

        /// <summary>What went to A, B and C, which is also what came there.</summary>
        public void AssertFlows(params (int Bytes, int Packets)[] sent)
        {
            Tcptop.WaitFor(Calls.Cookie, row => row.PacketsOut > 0, "the socket is shown");
            var rows = Tcptop.FreshAll(Calls.Cookie);
            for (var i = 0; i < sent.Length; i++)
            {
                Assert.Equal(sent[i].Bytes, _others[i].Receive(sent[i].Packets));
                var row = Assert.Single(rows, row => row.RemotePort == _others[i].Port);
                Assert.Equal(sent[i], ((int)row.BytesOut!.Value, (int)row.PacketsOut!.Value));
                Assert.Equal(
                    (_address, _address, Calls.Port),
                    (row.LocalAddress, row.RemoteAddress, row.LocalPort));
            }
        }

        public void Dispose()
        {
            Calls.Dispose();
            Tcptop.Dispose();
            foreach (var other in _others)
                other.Dispose();
        }
    }
}
