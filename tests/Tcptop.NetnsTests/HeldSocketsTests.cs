using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tcptop.Testing;
using Xunit;
using static Tcptop.NetnsTests.OwnerCase;

namespace Tcptop.NetnsTests;

/// <summary>
/// Sockets that a process has without a descriptor of their own: whose row it is, and how many hold
/// it, whether the socket or tcptop was there first.
/// </summary>
public sealed class HeldSocketsTests
{
    public static TheoryData<string, bool> ProtocolsAndAges =>
        new() { { Tcp, true }, { Tcp, false }, { Udp, true }, { Udp, false } };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MPTCP_is_that_of_the_processes_that_listen_connect_and_accept(bool isOlder)
    {
        NeedMptcp();
        using var younger = isOlder ? null : StartForAll();
        using var server = Python("prefork.py", "2", Mptcp);
        var serverPort = server.WaitForPort();
        using var client = Python("talk.py", Mptcp, $"{serverPort}");
        var port = client.WaitForPort();
        var worker = Number(server.WaitForLine($"accepted {port} "));
        using var older = isOlder ? StartForAll() : null;
        var tcptop = older ?? younger!;
        WaitForOwner(tcptop, Tcp, port, serverPort, client.Id);
        WaitForOwner(tcptop, Tcp, serverPort, port, worker);
        var listener = tcptop.WaitForLive(
            serverPort,
            0,
            row => row.State == "LISTEN" && row.Holders == 3,
            "all hold the listener");
        Assert.Equal(server.Id, listener.Pid);
        client.Input.Close();
        Assert.Equal(client.Id, tcptop.WaitForClosed(port, serverPort).Pid);
        Assert.Equal(worker, tcptop.WaitForClosed(serverPort, port).Pid);
    }

    /// <summary>The kernel closes it, for whoever had it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_MPTCP_connection_too_short_to_be_looked_for_is_that_of_who_listens(bool isOlder)
    {
        const double Never = 3600;
        NeedMptcp();
        using var younger = isOlder ? null : TcptopProcess.Start(Never);
        using var server = Python("prefork.py", "1", Mptcp);
        var serverPort = server.WaitForPort();
        using var older = isOlder ? TcptopProcess.Start(Never) : null;
        var tcptop = older ?? younger!;
        using var client = Python("talk.py", Mptcp, $"{serverPort}");
        var port = client.WaitForPort();
        server.WaitForLine($"accepted {port} ");
        client.Input.Close();
        Assert.Equal(0, client.WaitForExit().ExitCode);
        Eventually.True(() => !IsConnected(serverPort, port), "the kernel has closed it");
        tcptop.Signal(RunningProcess.Terminate);
        Assert.Equal((0, ""), tcptop.WaitForExit());
        Assert.Equal(client.Id, tcptop.WaitForClosed(port, serverPort).Pid);
        Assert.Equal(server.Id, tcptop.WaitForClosed(serverPort, port).Pid);
    }

    [Theory]
    [InlineData(Mptcp, Tcp)]
    [InlineData(Tcp, Mptcp)]
    public void MPTCP_with_a_peer_that_has_none_is_as_TCP(string listens, string connects)
    {
        NeedMptcp();
        using var tcptop = StartForAll();
        using var server = Python("prefork.py", "1", listens);
        var serverPort = server.WaitForPort();
        using var client = Python("talk.py", connects, $"{serverPort}");
        var port = client.WaitForPort();
        WaitForOwner(tcptop, Tcp, port, serverPort, client.Id);
        var worker = Number(server.WaitForLine($"accepted {port} "));
        WaitForOwner(tcptop, Tcp, serverPort, port, worker);
    }

    [Fact]
    public void Each_subflow_of_MPTCP_is_its_processs_also_where_the_kernel_has_made_it()
    {
        const string SecondAddress = "10.214.0.2";
        NeedMptcp();
        using var ns = new NetworkNamespace();
        void Ip(params string[] words) => Tool.Must("ip", ["-n", ns.Name, .. words]);
        Ip("address", "add", SecondAddress + "/24", "dev", "eth0");
        Ip("mptcp", "limits", "set", "subflow", "2", "add_addr_accepted", "2");
        Ip("mptcp", "endpoint", "add", SecondAddress, "dev", "eth0", "subflow");
        using var tcptop = StartForAll();
        string[] listens = ["1", Mptcp, ns.InsideAddress];
        using var server = ns.Start("python3", [ScriptOf("prefork.py"), .. listens]);
        var serverPort = server.WaitForPort();
        var to = $"{ns.InsideAddress}:{serverPort}";
        using var client = ns.Start("python3", ScriptOf("talk.py"), Mptcp, to);
        var worker = Number(server.WaitForLine($"accepted {client.WaitForPort()} "));
        bool IsThere(Func<JsonRow, bool> isEnd, int pid) =>
            tcptop.Rows().Any(row => isEnd(row) && row.Pid == pid && row.Holders == 1);
        foreach (var address in (string[])[ns.InsideAddress, SecondAddress])
        {
            bool IsClients(JsonRow row) =>
                row.RemotePort == serverPort && row.LocalAddress == address;
            bool IsServers(JsonRow row) =>
                row.LocalPort == serverPort && row.RemoteAddress == address;
            tcptop.WaitFor(
                _ => IsThere(IsClients, client.Id) && IsThere(IsServers, worker),
                $"the subflow from {address} is the client's and the worker's");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_connection_accepted_into_a_ring_is_the_workers_which_has_the_ring(bool isOlder)
    {
        NeedRings();
        using var younger = isOlder ? null : StartForAll();
        using var server = Python("accept_into_ring.py");
        var serverPort = server.WaitForPort();
        var worker = Number(server.WaitForLine("worker "));
        using var client = Connect(serverPort);
        LoopbackPair.Send(client, 5);
        Assert.Equal("5", server.WaitForLine("took "));
        using var older = isOlder ? StartForAll() : null;
        var tcptop = older ?? younger!;
        WaitForOwner(tcptop, Tcp, serverPort, PortOf(client), worker);
        server.Input.Close();
        server.WaitForExit();
        var clientPort = PortOf(client);
        client.Dispose();
        Assert.Equal(worker, tcptop.WaitForClosed(serverPort, clientPort).Pid);
    }

    [Theory]
    [MemberData(nameof(ProtocolsAndAges))]
    public void A_socket_kept_in_a_ring_is_that_of_who_has_the_ring(string protocol, bool isOlder)
    {
        NeedRings();
        using var peer = PeerOf(protocol);
        using var younger = isOlder ? null : StartForAll();
        using var process = Python("keep_in_ring.py", protocol, $"{PortOf(peer)}");
        var port = process.WaitForPort();
        using var older = isOlder ? StartForAll() : null;
        var tcptop = older ?? younger!;
        ReplyIfUnseen(peer, port, isOlder);
        WaitForOwner(tcptop, protocol, port, PortOf(peer), process.Id);
        process.Input.WriteLine("fork");
        var child = Number(process.WaitForLine("child "));
        WaitForOwner(tcptop, protocol, port, PortOf(peer), process.Id, holders: 2);
        process.Input.WriteLine("close");
        process.WaitForLine("closed");
        WaitForOwner(tcptop, protocol, port, PortOf(peer), child);
    }

    [Theory]
    [InlineData(Tcp, "STREAM", true)]
    [InlineData(Tcp, "STREAM", false)]
    [InlineData(Tcp, "DGRAM", true)]
    [InlineData(Tcp, "DGRAM", false)]
    [InlineData(Tcp, "SEQPACKET", false)]
    [InlineData(Udp, "STREAM", true)]
    [InlineData(Udp, "DGRAM", false)]
    public void A_socket_on_its_way_in_a_Unix_socket_is_that_of_who_can_take_it(
        string protocol, string kind, bool isOlder)
    {
        using var peer = PeerOf(protocol);
        using var younger = isOlder ? null : StartForAll();
        using var receiver = Python("leave_in_flight.py", protocol, $"{PortOf(peer)}", kind);
        var child = Number(receiver.WaitForLine("child "));
        var port = receiver.WaitForPort();
        if (!isOlder)
            WaitForOwner(younger!, protocol, port, PortOf(peer), child);
        receiver.Input.WriteLine("send");
        receiver.WaitForLine("sent");
        using var older = isOlder ? StartForAll() : null;
        var tcptop = older ?? younger!;
        ReplyIfUnseen(peer, port, isOlder);
        WaitForOwner(tcptop, protocol, port, PortOf(peer), receiver.Id);
        receiver.Input.WriteLine("receive");
        receiver.WaitForLine("received");
        var taken = tcptop.Rows().Count;
        bool IsIt(JsonRow row) =>
            row.Protocol == protocol && row.LocalPort == port && row.RemotePort == PortOf(peer) && row.Holders == 1;
        tcptop.WaitFor(rows => rows.Skip(taken).Count(IsIt) > 1, "it is shown after it was taken");
        var after = tcptop.Rows().Skip(taken).Where(IsIt);
        Assert.All(after, row => Assert.Equal(receiver.Id, row.Pid));
    }

    private static bool IsConnected(int serverPort, int port)
    {
        var ends = string.Create(
            CultureInfo.InvariantCulture, $" 0100007F:{serverPort:X4} 0100007F:{port:X4} ");
        return File.ReadAllText("/proc/net/tcp").Contains(ends, StringComparison.Ordinal);
    }

    private static void NeedMptcp()
    {
        const string Switch = "/proc/sys/net/mptcp/enabled";
        Assert.SkipUnless(File.Exists(Switch) && File.ReadAllText(Switch) == "1\n", "needs MPTCP");
    }

    private static void NeedRings() =>
        Assert.SkipWhen(
            Tool.Run("python3", ScriptOf("keep_in_ring.py"), Tcp, "0").ExitCode == NotSupported,
            "needs io_uring");

    /// <summary>Datagrams from before are not known of; one more shows the flow.</summary>
    private static void ReplyIfUnseen(Socket peer, int port, bool isOlder)
    {
        if (isOlder && peer.SocketType == SocketType.Dgram)
            peer.SendTo(new byte[3], new IPEndPoint(IPAddress.Loopback, port));
    }

    /// <summary>With listeners; and flows of UDP that are silent stay.</summary>
    private static TcptopProcess StartForAll() =>
        TcptopProcess.Start(0.2, "--all", "--udp-idle", "60");
}
