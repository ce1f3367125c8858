using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>A known pattern of traffic, event for event.</summary>
public sealed class TraceTests
{
    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("127.0.0.1", true)]
    public void A_connection_is_traced_call_by_call_and_state_by_state_at_both_ends(string address, bool dualMode)
    {
        using var trace = StartTracing("--tcp");
        using var pair = new LoopbackPair(IPAddress.Parse(address), dualMode: dualMode);
        var (client, server) = (pair.ClientPort, pair.ServerPort);
        var buffer = new byte[1000];
        pair.Client.Send(buffer, 0, 700, SocketFlags.None);
        pair.Server.Receive(buffer, 0, 300, SocketFlags.Peek);
        pair.Server.Receive(buffer, 0, 300, SocketFlags.None);
        pair.Server.Receive(buffer, 0, 1000, SocketFlags.None);
        pair.Server.Send([buffer.AsMemory(0, 5).ToArray(), buffer.AsMemory(0, 6).ToArray()]);
        pair.Client.Receive(buffer);
        pair.CloseInOrder();

        var atClient = trace.WaitFor(client, 6);
        var atServer = trace.WaitFor(server, 9);
        Assert.Equal(
            [
                State(client, server, "SYN_SENT->ESTABLISHED"),
                TraceRow.Call("tcp", "send", client, server, 700),
                TraceRow.Call("tcp", "recv", client, server, 11),
                State(client, server, "ESTABLISHED->FIN_WAIT1"),
                State(client, server, "FIN_WAIT1->FIN_WAIT2"),
                State(client, server, "FIN_WAIT2->CLOSE"),
            ],
            atClient.Select(row => row.What));
        // The listener's own two, and where the kernel names the peer only later, a SYN_RECV without one.
        string[] ofListener = ["CLOSE->LISTEN", "LISTEN->SYN_RECV", "LISTEN->CLOSE"];
        Assert.Equal(
            [
                State(server, client, "SYN_RECV->ESTABLISHED"),
                TraceRow.Call("tcp", "recv", server, client, 300),
                TraceRow.Call("tcp", "recv", server, client, 400),
                TraceRow.Call("tcp", "send", server, client, 11),
                State(server, client, "ESTABLISHED->CLOSE_WAIT"),
                State(server, client, "CLOSE_WAIT->LAST_ACK"),
                State(server, client, "LAST_ACK->CLOSE"),
            ],
            atServer.Where(row => !ofListener.Any(row.What.EndsWith)).Select(row => row.What));
        Assert.All(
            ofListener, change => Assert.Single(atServer, row => row.What.EndsWith(change, StringComparison.Ordinal)));
        Assert.Contains(trace.Rows(), row => row.What == $"tcp state  {server} CLOSE->SYN_SENT");
        AssertOurs([.. atClient, .. atServer]);
        Assert.All(atClient, row => Assert.Equal((address, address), (row.LocalAddress, row.RemoteAddress)));
        Assert.All(atClient.Where(row => row.What.Contains(" send ", StringComparison.Ordinal)),
            row => Assert.NotNull(row.RttUs));
        Assert.Single(atClient.Select(row => row.Cookie).Distinct());
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("127.0.0.1", true)]
    public void Datagrams_are_traced_with_their_peers_connected_or_not(string text, bool dualMode)
    {
        var address = IPAddress.Parse(text);
        using var trace = StartTracing("--udp");
        using var server = new DatagramSocket(address);
        using var client = new DatagramSocket(address, dualMode: dualMode);
        client.SendTo(address, server.Port, 100);
        client.SendTo(address, server.Port, 0);
        ReceiveFrom(server, 2);
        server.SendTo(address, client.Port, 30);
        ReceiveFrom(client, 1);
        client.Connect(dualMode ? address.MapToIPv6() : address, server.Port);
        client.Send(40);
        ReceiveFrom(server, 1);
        server.SendTo(address, client.Port, 50);
        client.Receive(1);

        var (c, s) = (client.Port, server.Port);
        var atClient = trace.WaitFor(c, 5);
        var atServer = trace.WaitFor(s, 5);
        Assert.Equal(
            Calls(("send", c, s, 100), ("send", c, s, 0), ("recv", c, s, 30), ("send", c, s, 40), ("recv", c, s, 50)),
            atClient.Select(row => row.What));
        Assert.Equal(
            Calls(("recv", s, c, 100), ("recv", s, c, 0), ("send", s, c, 30), ("recv", s, c, 40), ("send", s, c, 50)),
            atServer.Select(row => row.What));
        AssertOurs([.. atClient, .. atServer]);
        Assert.All([.. atClient, .. atServer], row => Assert.Equal((text, null), (row.RemoteAddress, row.RttUs)));
    }

    [Fact]
    public void What_moves_nothing_is_no_event()
    {
        using var trace = StartTracing();
        using var server = new DatagramSocket(IPAddress.Loopback);
        using var client = new DatagramSocket(IPAddress.Loopback);
        var buffer = new byte[100_000];
        client.SendTo(IPAddress.Loopback, server.Port, 10);
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        server.Socket.ReceiveFrom(buffer, SocketFlags.Peek, ref from);
        ReceiveFrom(server, 1);
        Assert.Throws<SocketException>(
            () => client.Socket.SendTo(buffer, new IPEndPoint(IPAddress.Loopback, server.Port)));
        server.Socket.Blocking = false;
        Assert.Throws<SocketException>(() => server.Socket.ReceiveFrom(buffer, SocketFlags.None, ref from));
        client.SendTo(IPAddress.Loopback, server.Port, 11);
        Assert.Equal(Calls(("send", client.Port, server.Port, 10), ("send", client.Port, server.Port, 11)),
            trace.WaitFor(client.Port, 2).Select(row => row.What));
        Assert.Equal(
            Calls(("recv", server.Port, client.Port, 10)), trace.WaitFor(server.Port, 1).Select(row => row.What));
    }

    [Fact]
    public void A_file_that_the_kernel_sends_is_traced_in_full()
    {
        const int Size = 300_000;
        var file = Path.GetTempFileName();
        File.WriteAllBytes(file, new byte[Size]);
        using var trace = StartTracing("--tcp");
        using var pair = new LoopbackPair();
        var sending = new Thread(() => pair.Client.SendFile(file));
        sending.Start();
        LoopbackPair.Receive(pair.Server, Size);
        sending.Join();
        pair.CloseInOrder();
        var states = $"tcp state {pair.ClientPort} ";
        bool IsItsEnd(TraceRow row) => row.What.StartsWith(states, StringComparison.Ordinal)
            && row.What.EndsWith("->CLOSE", StringComparison.Ordinal);
        Eventually.True(() => trace.Rows().Any(IsItsEnd), "its end is shown");
        File.Delete(file);
        Assert.Equal(Size, BytesOf(trace.Rows(), $"tcp send {pair.ClientPort} {pair.ServerPort} "));
        Assert.Equal(Size, BytesOf(trace.Rows(), $"tcp recv {pair.ServerPort} {pair.ClientPort} "));
    }

    [Fact]
    public void The_states_of_a_connection_that_was_there_before_have_their_owner()
    {
        using var pair = new LoopbackPair();
        using var trace = StartTracing("--tcp");
        pair.CloseInOrder();
        AssertOurs(trace.WaitFor(pair.ClientPort, 3));
    }

    private static TraceProcess StartTracing(params string[] arguments)
    {
        using var socket = new DatagramSocket(IPAddress.Loopback);
        return TraceProcess.Start(
            () =>
            {
                socket.SendTo(IPAddress.Loopback, socket.Port, 1);
                using var pair = new LoopbackPair();
            },
            ["--pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), .. arguments]);
    }

    private static void AssertOurs(IReadOnlyList<TraceRow> rows)
    {
        var name = File.ReadAllText("/proc/self/comm").TrimEnd('\n');
        Assert.All(rows, row => Assert.Equal((Environment.ProcessId, name), (row.Pid, row.Process)));
    }

    private static void ReceiveFrom(DatagramSocket socket, int count)
    {
        var buffer = new byte[65536];
        EndPoint from = new IPEndPoint(
            socket.Socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        for (var i = 0; i < count; i++)
            socket.Socket.ReceiveFrom(buffer, ref from);
    }

    private static long BytesOf(IEnumerable<TraceRow> rows, string beginning) =>
        rows.Where(row => row.What.StartsWith(beginning, StringComparison.Ordinal))
            .Sum(row => long.Parse(row.What[beginning.Length..], CultureInfo.InvariantCulture));

    private static string State(int local, int remote, string change) => $"tcp state {local} {remote} {change}";

    private static IEnumerable<string> Calls(params (string Happened, int Local, int Remote, int Bytes)[] calls) =>
        calls.Select(call => TraceRow.Call("udp", call.Happened, call.Local, call.Remote, call.Bytes));
}
