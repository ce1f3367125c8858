using System.Net;
using System.Net.Sockets;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>All network namespaces at once: those that were there and those that come.</summary>
public sealed class NamespaceTests
{
    [Fact]
    public void A_connection_in_a_namespace_that_was_there_before_is_shown_from_inside()
    {
        using var ns = new NetworkNamespace();
        using var server = ns.Start(Programs.Traffic, "serve", ns.InsideAddress, "0", "70");
        var serverPort = server.WaitForPort();
        using var client = Connect(ns.InsideAddress, serverPort);
        LoopbackPair.Send(client, 1_501);
        using var tcptop = TcptopProcess.Start();
        AssertBothEnds(tcptop, client, server, serverPort, sent: 1_501, reply: 70);
    }

    [Fact]
    public void A_connection_in_a_namespace_that_is_made_later_is_shown_from_inside()
    {
        using var tcptop = TcptopProcess.Start();
        using var ns = new NetworkNamespace();
        using var server = ns.Start(Programs.Traffic, "serve", ns.InsideAddress, "0", "7");
        var serverPort = server.WaitForPort();
        using var client = Connect(ns.InsideAddress, serverPort);
        LoopbackPair.Send(client, 100_003);
        AssertBothEnds(tcptop, client, server, serverPort, sent: 100_003, reply: 7);
    }

    [Fact]
    public void A_connection_without_a_file_in_another_namespace_is_taken_up_at_the_start()
    {
        using var ns = new NetworkNamespace();
        using var listener = ns.Start(Programs.Traffic, "listen", ns.InsideAddress, "0");
        var port = listener.WaitForPort();
        using var client = Connect(ns.InsideAddress, port);
        LoopbackPair.Send(client, 333);
        using var tcptop = TcptopProcess.Start();
        var clientPort = ((IPEndPoint)client.LocalEndPoint!).Port;
        var row = tcptop.WaitForLive(
            port, clientPort, row => row.BytesIn == 333, "a connection that nobody has accepted yet is shown");
        Assert.Equal("ESTABLISHED", row.State);
    }

    [Fact]
    public void A_namespace_that_vanishes_while_it_is_watched_disturbs_nothing()
    {
        using var tcptop = TcptopProcess.Start();
        using (var ns = new NetworkNamespace())
        {
            using var server = ns.Start(Programs.Traffic, "serve", ns.InsideAddress, "0", "0");
            var serverPort = server.WaitForPort();
            using var client = Connect(ns.InsideAddress, serverPort);
            LoopbackPair.Send(client, 10);
            tcptop.WaitForLive(serverPort, ((IPEndPoint)client.LocalEndPoint!).Port, row => row.BytesIn == 10,
                "the inner end is shown");
        }
        using var pair = new LoopbackPair();
        tcptop.WaitForLive(pair.ClientPort, pair.ServerPort, _ => true, "connections are shown still");
        tcptop.Signal(RunningProcess.Terminate);
        Assert.Equal((0, ""), tcptop.WaitForExit());
    }

    private static Socket Connect(string address, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Parse(address), port);
        return socket;
    }

    private static void AssertBothEnds(
        TcptopProcess tcptop, Socket client, RunningProcess server, int serverPort, long sent, long reply)
    {
        var clientPort = ((IPEndPoint)client.LocalEndPoint!).Port;
        client.Shutdown(SocketShutdown.Send);
        LoopbackPair.Receive(client, reply);
        Assert.Equal(0, client.Receive(new byte[1]));
        client.Close();
        Assert.Equal($"{sent}", server.WaitForLine("took "));

        var outside = tcptop.WaitForClosed(clientPort, serverPort);
        var inside = tcptop.WaitForClosed(serverPort, clientPort);
        Assert.Equal((sent, reply), (outside.BytesOut, outside.BytesIn));
        Assert.Equal((reply, sent), (inside.BytesOut, inside.BytesIn));
        Assert.NotEqual(outside.NetworkNamespace, inside.NetworkNamespace);
        Assert.Equal(Environment.ProcessId, outside.Pid);
        Assert.Equal((server.Id, "Tcptop.Traffic"), (inside.Pid, inside.Process));
    }
}
