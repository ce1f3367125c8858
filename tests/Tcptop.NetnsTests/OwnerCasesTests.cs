using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>Sockets that change hands, or are in several: whose row it is, and how many hold it.</summary>
public sealed class OwnerCasesTests
{
    private const string Tcp = "tcp";
    private const string Udp = "udp";

    [Fact]
    public void A_connection_that_a_forked_child_serves_becomes_the_childs()
    {
        using var tcptop = TcptopProcess.Start();
        using var server = Python("fork_after_accept.py");
        var serverPort = server.WaitForPort();
        using var client = Connect(serverPort);
        var child = Number(server.WaitForLine("child "));
        tcptop.WaitForLive(
            serverPort, PortOf(client),
            row => row.Pid == server.Id && row.Holders == 2, "of both holders the parent is shown");
        server.Input.WriteLine();
        server.WaitForLine("closed");
        tcptop.WaitForLive(
            serverPort, PortOf(client),
            row => row.Pid == child && row.Holders == 1, "the child is left as its one holder");
        var clientPort = PortOf(client);
        client.Close();
        Assert.Equal(child, tcptop.WaitForClosed(serverPort, clientPort).Pid);
    }

    [Fact]
    public void A_connection_is_that_of_the_worker_which_accepted_it_not_of_the_parent_which_listened()
    {
        using var tcptop = TcptopProcess.Start();
        using var server = Python("prefork.py", "3");
        var serverPort = server.WaitForPort();
        using var client = Connect(serverPort);
        var worker = Number(server.WaitForLine($"accepted {PortOf(client)} "));
        Assert.NotEqual(server.Id, worker);
        tcptop.WaitForLive(
            serverPort, PortOf(client), row => row.Pid == worker && row.Holders == 1, "it is the worker's");
    }

    /// <summary>
    /// A walk holds the file that it is at: when the process closes it meanwhile, it is the walk that closes
    /// the connection.
    /// </summary>
    [Fact]
    public void A_program_that_walks_open_files_and_so_is_the_last_to_hold_a_socket_is_not_taken_for_its_owner()
    {
        // Taken for the owner, as was tried, it had two or three in a hundred.
        const int Crowd = 1_000, Walks = 20, MostCrowds = 20;
        using var tcptop = TcptopProcess.Start(interval: 1);
        using var walker = new FileWalker();
        using var server = Python("serve_itself.py", $"{OwnPorts.Next()}", $"{Crowd}");
        var serverPort = server.WaitForPort();
        var connections = 0;
        // How many walks go by while a crowd comes and goes is the host's affair.
        var before = walker.Walks;
        while (walker.Walks - before <= Walks && connections < Crowd * MostCrowds)
            Order(server, "another", $"made {connections += Crowd}");
        var walks = walker.Walks - before;
        Assert.True(walks > Walks, $"{connections} connections are over in {walks} walks");
        bool IsEnd(JsonRow row) => row.Closed && row.LocalPort == serverPort;
        tcptop.WaitFor(rows => rows.Count(IsEnd) == connections, "each has ended");
        Assert.All(tcptop.Rows().Where(IsEnd), row => Assert.Equal(server.Id, row.Pid));
    }

    [Fact]
    public void Connections_too_short_to_be_looked_for_are_those_of_the_workers_which_served_them()
    {
        using var tcptop = TcptopProcess.Start(interval: 1);
        using var server = Python("prefork.py", "3");
        var serverPort = server.WaitForPort();
        var clientPorts = new List<int>();
        for (var i = 0; i < 30; i++)
        {
            using var client = Connect(serverPort);
            clientPorts.Add(PortOf(client));
            LoopbackPair.Send(client, 10);
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, client.Receive(new byte[1]));
        }
        Assert.All(
            clientPorts,
            port => Assert.Equal(
                Number(server.WaitForLine($"accepted {port} ")), tcptop.WaitForClosed(serverPort, port).Pid));
    }

    [Theory]
    [InlineData(Tcp)]
    [InlineData(Udp)]
    public void Of_two_that_hold_a_socket_the_one_that_opened_it_is_shown(string protocol)
    {
        using var tcptop = StartForBoth();
        using var peer = PeerOf(protocol);
        using var receiver = Python("pass_on.py", protocol, $"{PortOf(peer)}");
        var opener = Number(receiver.WaitForLine("opener "));
        var port = receiver.WaitForPort();
        WaitForOwner(tcptop, protocol, port, PortOf(peer), opener, holders: 1);
        Order(receiver, "pass", "passed");
        // The receiver is the opener's parent, and so has lived longer.
        WaitForOwner(tcptop, protocol, port, PortOf(peer), opener, holders: 2);
    }

    [Theory]
    [InlineData(Tcp)]
    [InlineData(Udp)]
    public void A_socket_passed_on_and_closed_by_the_process_that_opened_it_becomes_the_receivers(string protocol)
    {
        using var tcptop = StartForBoth();
        using var peer = PeerOf(protocol);
        using var receiver = Python("pass_on.py", protocol, $"{PortOf(peer)}");
        var port = receiver.WaitForPort();
        WaitForOwner(tcptop, protocol, port, PortOf(peer), Number(receiver.WaitForLine("opener ")), holders: 1);
        Order(receiver, "pass", "passed");
        Order(receiver, "close", "closed");
        var row = WaitForOwner(tcptop, protocol, port, PortOf(peer), receiver.Id, holders: 1);
        Assert.Equal(5, row.BytesOut);
    }

    [Theory]
    [InlineData(Tcp)]
    [InlineData(Udp)]
    public void A_socket_whose_opener_died_becomes_that_of_who_holds_it_still(string protocol)
    {
        using var tcptop = StartForBoth();
        using var peer = PeerOf(protocol);
        using var receiver = Python("pass_on.py", protocol, $"{PortOf(peer)}");
        var port = receiver.WaitForPort();
        Order(receiver, "pass", "passed");
        WaitForOwner(tcptop, protocol, port, PortOf(peer), Number(receiver.WaitForLine("opener ")), holders: 2);
        Order(receiver, "die", "died");
        WaitForOwner(tcptop, protocol, port, PortOf(peer), receiver.Id, holders: 1);
    }

    [Theory]
    [InlineData(Tcp)]
    [InlineData(Udp)]
    public void A_socket_that_a_thread_opened_is_shown_under_the_name_of_its_process(string protocol)
    {
        using var tcptop = StartForBoth();
        using var peer = PeerOf(protocol);
        using var process = Python("open_in_thread.py", protocol, $"{PortOf(peer)}");
        var port = process.WaitForPort();
        WaitForOwner(tcptop, protocol, port, PortOf(peer), process.Id, holders: 1);
        process.Input.WriteLine();
        Assert.Equal(0, process.WaitForExit().ExitCode);
        tcptop.WaitForClosed(port, PortOf(peer));
        var rows = tcptop.Rows()
            .Where(row => row.Protocol == protocol && row.LocalPort == port && row.RemotePort == PortOf(peer));
        Assert.All(rows, row => Assert.Equal((process.Id, "leader"), (row.Pid!.Value, row.Process)));
    }

    [Theory]
    [InlineData(Tcp)]
    [InlineData(Udp)]
    public void A_process_that_becomes_another_program_keeps_its_socket_and_id_and_has_the_new_name(string protocol)
    {
        using var tcptop = StartForBoth();
        using var peer = PeerOf(protocol);
        const string OpenThenExec = "exec 3<>/dev/$0/127.0.0.1/$1; echo 1234 >&3; read; exec sleep 1000";
        using var process = new RunningProcess("bash", "-c", OpenThenExec, protocol, $"{PortOf(peer)}");
        JsonRow WaitForName(string name)
        {
            bool IsIt(JsonRow row) => row.Protocol == protocol
                && row.RemotePort == PortOf(peer)
                && row.Pid == process.Id
                && row.Process == name;
            return tcptop.WaitFor(rows => rows.Any(IsIt), $"it is shown as {name}'s").First(IsIt);
        }
        var before = WaitForName("bash");
        process.Input.WriteLine();
        var after = WaitForName("sleep");
        Assert.Equal((before.Cookie, before.LocalPort), (after.Cookie, after.LocalPort));
    }

    [Fact]
    public void A_UDP_socket_older_than_the_program_has_its_owner()
    {
        using var server = new RunningProcess(Programs.Traffic, "udp-serve", "127.0.0.1", "0");
        var serverPort = server.WaitForPort();
        using var tcptop = StartForBoth();
        using var client = new RunningProcess(Programs.Traffic, "udp-send", "127.0.0.1", $"{serverPort}", "100", "3");
        var clientPort = client.WaitForPort();
        var row = WaitForOwner(tcptop, Udp, serverPort, clientPort, server.Id, holders: 1);
        Assert.Equal("Tcptop.Traffic", row.Process);
    }

    /// <summary>UDP flows, which are silent while their sockets change hands, stay.</summary>
    private static TcptopProcess StartForBoth() => TcptopProcess.Start(0.2, "--udp-idle", "60");

    private static JsonRow WaitForOwner(TcptopProcess tcptop, string protocol, int localPort, int remotePort, int pid,
        int holders) =>
        tcptop.WaitForLive(
            localPort,
            remotePort,
            row => row.Protocol == protocol && row.Pid == pid && row.Holders == holders,
            $"it is that of process {pid}, and {holders} hold it");

    private static RunningProcess Python(string script, params string[] arguments) =>
        new("python3", [Path.Combine(AppContext.BaseDirectory, "Owners", script), .. arguments]);

    private static void Order(RunningProcess process, string order, string answer)
    {
        process.Input.WriteLine(order);
        process.WaitForLine(answer);
    }

    /// <summary>A socket of this process for others to connect to.</summary>
    private static Socket PeerOf(string protocol)
    {
        var peer = protocol == Tcp
            ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        peer.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (protocol == Tcp)
            peer.Listen(8);
        return peer;
    }

    private static Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
