using System.Net;
using System.Net.Sockets;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>Connections that end otherwise than in order, or under an address that was used before.</summary>
public sealed class EndingsTests
{
    [Fact]
    public void A_refused_connect_is_one_closed_row_without_payload()
    {
        using var tcptop = TcptopProcess.Start();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, OwnPorts.Next()));
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        const int NobodyListens = 1;
        Assert.Throws<SocketException>(() => socket.Connect(IPAddress.Loopback, NobodyListens));
        var row = tcptop.WaitForClosed(port, NobodyListens);
        Assert.Equal((0, 0), (row.BytesIn, row.BytesOut));
        Assert.Equal("CLOSE", row.State);
        Assert.Equal(Environment.ProcessId, row.Pid);
        Assert.Null(row.RttUs);
    }

    [Fact]
    public void A_reset_ends_both_rows_with_what_had_been_moved()
    {
        using var tcptop = TcptopProcess.Start();
        using var pair = new LoopbackPair();
        LoopbackPair.Transfer(pair.Client, pair.Server, 9_001);
        LoopbackPair.Transfer(pair.Server, pair.Client, 42);
        pair.Reset();
        var client = tcptop.WaitForClosed(pair.ClientPort, pair.ServerPort);
        var server = tcptop.WaitForClosed(pair.ServerPort, pair.ClientPort);
        Assert.Equal((9_001, 42), (client.BytesOut, client.BytesIn));
        Assert.Equal((42, 9_001), (server.BytesOut, server.BytesIn));
    }

    [Fact]
    public void The_same_addresses_and_ports_used_twice_are_two_connections()
    {
        using var tcptop = TcptopProcess.Start();
        var first = new LoopbackPair(clientPort: OwnPorts.Next());
        LoopbackPair.Transfer(first.Client, first.Server, 111);
        first.Reset();
        var second = new LoopbackPair(clientPort: first.ClientPort, serverPort: first.ServerPort);
        LoopbackPair.Transfer(second.Client, second.Server, 2_222);
        second.Reset();
        var rows = tcptop.WaitForAllClosed(first.ClientPort, first.ServerPort, 2);
        Assert.Equal([111, 2_222], rows.Select(row => row.BytesOut).Order());
        Assert.Equal(2, rows.Select(row => row.Cookie).Distinct().Count());
    }

    [Fact]
    public void One_socket_that_connects_twice_makes_two_connections()
    {
        using var tcptop = TcptopProcess.Start();
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(2);
        var serverPort = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var sent = new List<(int Port, long Bytes)>();
        using var client = new ReconnectingSocket();
        foreach (var bytes in new[] { 300, 5_000 })
        {
            client.Connect(serverPort);
            using var server = listener.Accept();
            client.Send(bytes);
            LoopbackPair.Receive(server, bytes);
            sent.Add((((IPEndPoint)server.RemoteEndPoint!).Port, bytes));
            client.Disconnect();
        }
        foreach (var (port, bytes) in sent)
            Assert.Contains(tcptop.WaitForAllClosed(port, serverPort, 1), row => row.BytesOut == bytes);
    }

    [Fact]
    public void A_closed_connection_is_shown_closed_exactly_once()
    {
        using var tcptop = TcptopProcess.Start(interval: 0.1);
        using var pair = new LoopbackPair();
        tcptop.WaitForLive(pair.ClientPort, pair.ServerPort, _ => true, "it is shown live");
        pair.CloseInOrder();
        tcptop.WaitForClosed(pair.ClientPort, pair.ServerPort);
        using var later = new LoopbackPair();
        tcptop.WaitForLive(
            later.ClientPort, later.ServerPort, row => row.RateIn is not null, "two refreshes have gone by");
        var rows =
            tcptop.Rows().Where(row => row.LocalPort == pair.ClientPort && row.RemotePort == pair.ServerPort).ToList();
        Assert.Single(rows, row => row.Closed);
        Assert.True(rows[^1].Closed);
    }
}
