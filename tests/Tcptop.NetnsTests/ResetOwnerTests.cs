using System.Net.Sockets;
using Tcptop.Testing;
using Xunit;
using static Tcptop.NetnsTests.OwnerCase;

namespace Tcptop.NetnsTests;

/// <summary>
/// Whose a connection is that ends at once, without a FIN of its own, before anybody has looked for
/// its owner.
/// </summary>
public sealed class ResetOwnerTests
{
    private const int Connections = 5;

    /// <summary>tcptop looks when it starts and when it is stopped.</summary>
    private const double Never = 3600;

    private const string Busy = """
        import time
        end = time.monotonic() + 60
        while time.monotonic() < end:
            pass
        """;

    [Theory]
    [InlineData("close_unread", false)]
    [InlineData("close_unread", true)]
    [InlineData("close_with_linger_0", false)]
    [InlineData("close_with_linger_0", true)]
    [InlineData("dissolve", false)]
    [InlineData("dissolve", true)]
    [InlineData("close_in_a_thread", false)]
    [InlineData("close_in_a_thread", true)]
    [InlineData("shut_down_and_close", false)]
    [InlineData("shut_down_and_close", true)]
    [InlineData("die", false)]
    [InlineData("die", true)]
    public void A_connection_that_a_process_ends_by_reset_is_its_own(string way, bool afterFin)
    {
        using var tcptop = TcptopProcess.Start(Never);
        using var server = Python("end_by_reset.py", way, afterFin ? "fin" : "");
        var serverPort = server.WaitForPort();
        var clientPorts = new List<int>();
        for (var i = 0; i < Connections; i++)
        {
            using var client = Connect(serverPort);
            clientPorts.Add(PortOf(client));
            LoopbackPair.Send(client, 10);
            if (afterFin)
                client.Shutdown(SocketShutdown.Send);
            WaitForEnd(client);
        }
        // A worker that dies has another for its successor.
        var workers = clientPorts.Select(port => WorkerOf(server, port)).ToList();
        Assert.Equal(way == "die" ? Connections : 1, workers.Distinct().Count());
        Stop(tcptop);
        Assert.Equal(workers, OwnersOf(tcptop, clientPorts.Select(port => (serverPort, port))));
    }

    [Fact]
    public void A_connection_that_its_process_ends_by_reset_once_it_has_been_found_stays_its()
    {
        using var tcptop = TcptopProcess.Start();
        using var server = Python("end_by_reset.py", "close_unread", "fin");
        var serverPort = server.WaitForPort();
        using var client = Connect(serverPort);
        var port = PortOf(client);
        LoopbackPair.Send(client, 10);
        var worker = Number(server.WaitForLine("worker "));
        WaitForOwner(tcptop, Tcp, serverPort, port, worker);
        client.Shutdown(SocketShutdown.Send);
        WaitForEnd(client);
        Assert.Equal(worker, tcptop.WaitForClosed(serverPort, port).Pid);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reset_that_comes_in_does_not_make_a_connection_its_senders(bool afterFin)
    {
        using var tcptop = TcptopProcess.Start(Never);
        using var server = Python("end_by_reset.py", "hold");
        var serverPort = server.WaitForPort();
        var clientPorts = new List<int>();
        for (var i = 0; i < Connections; i++)
        {
            using var client = Connect(serverPort);
            clientPorts.Add(PortOf(client));
            LoopbackPair.Send(client, 10);
            WorkerOf(server, PortOf(client));
            if (afterFin)
                client.Shutdown(SocketShutdown.Send);
            // On loopback the kernel ends the other socket in this very process.
            client.LingerState = new LingerOption(true, 0);
            client.Close();
        }
        Stop(tcptop);
        var atServer = OwnersOf(tcptop, clientPorts.Select(port => (serverPort, port)));
        var atClient = OwnersOf(tcptop, clientPorts.Select(port => (port, serverPort)));
        Assert.All(atServer, pid => Assert.Equal(server.Id, pid));
        Assert.All(atClient, pid => Assert.Equal(Environment.ProcessId, pid));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_ends_anothers_connection_from_without_does_not_become_its_owner(bool isFound)
    {
        using var tcptop = TcptopProcess.Start(isFound ? 0.2 : Never);
        using var server = Python("end_by_reset.py", "hold");
        var serverPort = server.WaitForPort();
        using var client = Connect(serverPort);
        var port = PortOf(client);
        LoopbackPair.Send(client, 10);
        var worker = WorkerOf(server, port);
        var owner = isFound ? worker : server.Id;
        if (isFound)
            WaitForOwner(tcptop, Tcp, serverPort, port, owner);
        using var stranger = Python("destroy_socket.py", $"{serverPort}", $"{port}");
        var (exitCode, error) = stranger.WaitForExit();
        Assert.SkipWhen(exitCode == NotSupported, "needs CONFIG_INET_DIAG_DESTROY");
        Assert.Equal((0, ""), (exitCode, error));
        Stop(tcptop);
        Assert.Equal(owner, tcptop.WaitForClosed(serverPort, port).Pid);
    }

    [Fact]
    public void A_connection_that_times_out_does_not_become_that_of_who_happened_to_run()
    {
        using var ns = new NetworkNamespace();
        using var tcptop = TcptopProcess.Start(Never);
        using var server = Python("end_by_reset.py", "time_out", "", ns.OutsideAddress);
        var serverPort = server.WaitForPort();
        string[] to = [ns.OutsideAddress, $"{serverPort}"];
        using var client = ns.Start(Programs.Traffic, ["send", .. to, "10"]);
        var port = client.WaitForPort();
        client.Input.WriteLine();
        WorkerOf(server, port);
        // Whose time the kernel takes for its timers.
        var cpus = Enumerable.Range(0, Environment.ProcessorCount);
        using var busy = new DisposableList<RunningProcess>(
            [.. cpus.Select(_ => new RunningProcess("python3", "-c", Busy))]);
        Tool.Must("ip", "-n", ns.Name, "link", "set", "eth0", "down");
        server.WaitForLine("timed out");
        Stop(tcptop);
        Assert.Equal(server.Id, tcptop.WaitForClosed(serverPort, port).Pid);
    }

    private static void Stop(TcptopProcess tcptop)
    {
        tcptop.Signal(RunningProcess.Terminate);
        Assert.Equal((0, ""), tcptop.WaitForExit());
    }

    private static int WorkerOf(RunningProcess server, int clientPort) =>
        Number(server.WaitForLine($"accepted {clientPort} "));

    private static IEnumerable<int> OwnersOf(
        TcptopProcess tcptop, IEnumerable<(int Local, int Remote)> ends) =>
        ends.Select(end => tcptop.WaitForClosed(end.Local, end.Remote).Pid ?? 0);

    private static void WaitForEnd(Socket client)
    {
        try
        {
            while (client.Receive(new byte[1]) != 0)
            {
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
        }
    }
}
