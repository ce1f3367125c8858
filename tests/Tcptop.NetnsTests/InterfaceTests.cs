using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>
/// Each row has the name that its device has where its socket is, and <c>--interface</c> goes by that.
/// </summary>
public sealed class InterfaceTests
{
    [Fact]
    public void A_connection_through_a_veth_pair_has_the_name_of_each_sides_device()
    {
        using var tcptop = TcptopProcess.Start();
        using var ns = new NetworkNamespace();
        using var server = ns.Start(Programs.Traffic, "serve", ns.InsideAddress, "0", "0");
        var serverPort = server.WaitForPort();
        using var client = Connect(ns.InsideAddress, serverPort);
        tcptop.WaitForLive(
            PortOf(client), serverPort, row => row.Interface == ns.OutsideInterface, "outside it is the veth's name");
        tcptop.WaitForLive(serverPort, PortOf(client), row => row.Interface == "eth0", "inside it is eth0");
    }

    [Fact]
    public void A_UDP_flow_through_a_veth_pair_has_the_name_of_each_sides_device()
    {
        using var tcptop = TcptopProcess.Start();
        using var ns = new NetworkNamespace();
        using var server = ns.Start(Programs.Traffic, "udp-serve", ns.InsideAddress, "0");
        var serverPort = server.WaitForPort();
        using var client = new RunningProcess(
            Programs.Traffic, "udp-send", ns.InsideAddress, $"{serverPort}", "10", "1");
        var clientPort = client.WaitForPort();
        tcptop.WaitForLive(
            clientPort, serverPort,
            row => row.Protocol == "udp" && row.Interface == ns.OutsideInterface, "outside it is the veth's name");
        tcptop.WaitForLive(
            serverPort, clientPort, row => row.Protocol == "udp" && row.Interface == "eth0", "inside it is eth0");
    }

    [Fact]
    public void Both_ends_on_loopback_have_lo()
    {
        using var tcptop = TcptopProcess.Start();
        using var pair = new LoopbackPair();
        using var server = new RunningProcess(Programs.Traffic, "udp-serve", "127.0.0.1", "0");
        var serverPort = server.WaitForPort();
        using var client = new RunningProcess(Programs.Traffic, "udp-send", "127.0.0.1", $"{serverPort}", "10", "1");
        var clientPort = client.WaitForPort();
        foreach (var (local, remote) in new[] { (pair.ClientPort, pair.ServerPort), (clientPort, serverPort) })
        {
            tcptop.WaitForLive(local, remote, row => row.Interface == "lo", "one end has lo");
            tcptop.WaitForLive(remote, local, row => row.Interface == "lo", "the other has lo");
        }
    }

    [Fact]
    public void A_filter_by_interface_keeps_the_connections_of_that_device_alone()
    {
        using var ns = new NetworkNamespace();
        using var other = new NetworkNamespace();
        using var server = ns.Start(Programs.Traffic, "listen", ns.InsideAddress, "0");
        using var otherServer = other.Start(Programs.Traffic, "listen", other.InsideAddress, "0");
        var port = server.WaitForPort();
        var otherPort = otherServer.WaitForPort();
        using var client = Connect(ns.InsideAddress, port);
        using var otherClient = Connect(other.InsideAddress, otherPort);
        using var pair = new LoopbackPair();
        (int, int) outside = (PortOf(client), port), inside = (port, PortOf(client));
        (int, int) otherOutside = (PortOf(otherClient), otherPort), otherInside = (otherPort, PortOf(otherClient));
        (int, int)[] loopback = [(pair.ClientPort, pair.ServerPort), (pair.ServerPort, pair.ClientPort)];

        Assert.Equal([outside], Ends("--interface", ns.OutsideInterface));
        Assert.Equal(InOrder(outside, otherOutside),
            Ends("--interface", ns.OutsideInterface, "--interface", other.OutsideInterface));
        var ofInside = Ends("--interface", "eth0");
        Assert.All(new[] { inside, otherInside }, end => Assert.Contains(end, ofInside));
        Assert.DoesNotContain(ofInside, end => end == outside || end == otherOutside || loopback.Contains(end));
        var ofLoopback = Ends("--interface", "lo");
        Assert.All(loopback, end => Assert.Contains(end, ofLoopback));
        Assert.DoesNotContain(ofLoopback, end => end == outside || end == inside);
        Assert.Empty(Ends("--interface", "no-such-device"));
    }

    [Fact]
    public void A_filter_by_interface_keeps_the_UDP_flows_of_that_device_alone()
    {
        using var ns = new NetworkNamespace();
        using var listener = ns.Start(Programs.Traffic, "listen", ns.InsideAddress, "0");
        using var server = ns.Start(Programs.Traffic, "udp-serve", ns.InsideAddress, "0");
        using var loopbackServer = new RunningProcess(Programs.Traffic, "udp-serve", "127.0.0.1", "0");
        var serverPort = server.WaitForPort();
        // A flow is seen from its first datagram on: the connection's row tells that datagrams are counted by now.
        using var connection = Connect(ns.InsideAddress, listener.WaitForPort());
        using var tcptop = new RunningProcess(
            Programs.Tcptop, "--batch", "--format", "json", "--interval", "0.2", "--interface", ns.OutsideInterface);
        tcptop.WaitForLine("{");
        using var loopback = new RunningProcess(
            Programs.Traffic, "udp-send", "127.0.0.1", $"{loopbackServer.WaitForPort()}", "10", "2");
        loopback.WaitForPort();
        using var client = new RunningProcess(
            Programs.Traffic, "udp-send", ns.InsideAddress, $"{serverPort}", "10", "2");
        var clientPort = client.WaitForPort();
        client.Input.Close();
        client.WaitForExit();
        bool IsItsEnd(JsonRow row) =>
            row is { Closed: true, BytesOut: 20 } && row.LocalPort == clientPort && row.RemotePort == serverPort;
        Eventually.True(() => Rows(tcptop.Lines).Any(IsItsEnd), "the flow is shown to its end");
        Assert.All(
            Rows(tcptop.Lines),
            row => Assert.Equal(
                (ns.OutsideInterface, ns.OutsideAddress, ns.InsideAddress),
                (row.Interface, row.LocalAddress, row.RemoteAddress)));
        Assert.Equal(2, Rows(tcptop.Lines).Select(row => row.Cookie).Distinct().Count());
    }

    /// <summary>Local and remote port of each row, in order.</summary>
    private static (int Local, int Remote)[] Ends(params string[] filter)
    {
        var output = Tool.Must(Programs.Tcptop, ["--batch", "--format", "json", "-n", "1", .. filter]);
        var rows = Rows(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return InOrder([.. rows.Select(row => (row.LocalPort, row.RemotePort))]);
    }

    private static (int Local, int Remote)[] InOrder(params (int Local, int Remote)[] ends) => [.. ends.Order()];

    private static IEnumerable<JsonRow> Rows(IEnumerable<string> lines) =>
        lines.Select(line => JsonSerializer.Deserialize<JsonRow>(line) ?? throw new InvalidDataException(line));

    private static Socket Connect(string address, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Parse(address), port);
        return socket;
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
