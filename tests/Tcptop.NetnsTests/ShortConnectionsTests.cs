using System.Net;
using System.Net.Sockets;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

public sealed class ShortConnectionsTests
{
    private const int Connections = 5_000;

    [Fact]
    public void Five_thousand_connections_that_live_for_moments_are_each_counted_once_to_the_byte()
    {
        using var tcptop = TcptopProcess.Start(interval: 0.5);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, OwnPorts.Next()));
        listener.Listen(128);
        var serverPort = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var sent = new List<(int ClientPort, long? Bytes)>();
        for (var i = 0; i < Connections; i++)
        {
            var bytes = i % 1_000 + 1;
            sent.Add((MakeOne(listener, bytes), bytes));
        }

        tcptop.WaitFor(rows => rows.Count(row => row.Closed && IsOf(row, serverPort)) >= 2 * Connections,
            "both ends of each have been shown closed");
        var closed = tcptop.Rows().Where(row => row.Closed && IsOf(row, serverPort)).ToList();
        Assert.Equal(2 * Connections, closed.Count);
        Assert.Equal(2 * Connections, closed.Select(row => row.Cookie).Distinct().Count());
        // A port may be used twice, so the lists are compared, not port by port.
        sent.Sort();
        Assert.Equal(sent,
            closed.Where(row => row.RemotePort == serverPort).Select(row => (row.LocalPort, row.BytesOut)).Order());
        Assert.Equal(sent,
            closed.Where(row => row.LocalPort == serverPort).Select(row => (row.RemotePort, row.BytesIn)).Order());
        Assert.All(closed, row => Assert.Equal(Environment.ProcessId, row.Pid));
    }

    private static bool IsOf(JsonRow row, int serverPort) =>
        row.LocalPort == serverPort || row.RemotePort == serverPort;

    /// <summary>Returns the client's port.</summary>
    private static int MakeOne(Socket listener, int bytes)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        var port = ((IPEndPoint)client.LocalEndPoint!).Port;
        using var server = listener.Accept();
        LoopbackPair.Send(client, bytes);
        LoopbackPair.Receive(server, bytes);
        return port;
    }
}
