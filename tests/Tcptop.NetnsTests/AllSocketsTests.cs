using System.Net;
using System.Net.Sockets;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>
/// With <c>--all</c>: listeners, TIME_WAIT and SYN_RECV, which are no connections and have no counters.
/// </summary>
public sealed class AllSocketsTests
{
    [Fact]
    public void A_listener_shows_how_many_wait_to_be_accepted_and_how_many_may()
    {
        using var tcptop = TcptopProcess.Start(0.2, "--all");
        using var listener = Listen(backlog: 7);
        var port = PortOf(listener);
        WaitForListener(tcptop, port, waiting: 0);
        using var one = Connect(port);
        using var two = Connect(port);
        using var three = Connect(port);
        var row = WaitForListener(tcptop, port, waiting: 3);
        Assert.Equal(
            ("tcp", "127.0.0.1", "0.0.0.0", 7), (row.Protocol, row.LocalAddress, row.RemoteAddress, row.AcceptLimit));
        Assert.Equal(Environment.ProcessId, row.Pid);
        AssertNoCounters(row);
        using var accepted = listener.Accept();
        WaitForListener(tcptop, port, waiting: 2);
        Assert.Null(tcptop.WaitForLive(PortOf(one), port, _ => true, "the client's end is shown").AcceptQueue);
    }

    [Fact]
    public void A_listener_older_than_the_program_has_its_owner()
    {
        using var server = new RunningProcess(Programs.Traffic, "listen", "127.0.0.1", "0");
        var port = server.WaitForPort();
        using var tcptop = TcptopProcess.Start(0.2, "--all");
        var row = tcptop.WaitForLive(
            port, 0, row => row is { State: "LISTEN", Holders: not null }, "it is shown with its owner");
        Assert.Equal((server.Id, "Tcptop.Traffic", 1), (row.Pid!.Value, row.Process, row.Holders));
    }

    [Fact]
    public void A_listener_that_is_closed_leaves_no_closed_row()
    {
        using var tcptop = TcptopProcess.Start(0.2, "--all");
        var listener = Listen(backlog: 1);
        var port = PortOf(listener);
        WaitForListener(tcptop, port, waiting: 0);
        listener.Dispose();
        WaitUntilGone(tcptop, row => row.LocalPort == port && row.RemotePort == 0);
        Assert.DoesNotContain(tcptop.Rows(), row => row.LocalPort == port && row.RemotePort == 0 && row.Closed);
    }

    [Fact]
    public void Listeners_in_network_namespaces_old_and_new_are_shown()
    {
        using var old = new NetworkNamespace();
        using var oldServer = old.Start(Programs.Traffic, "listen", old.InsideAddress, "0");
        var oldPort = oldServer.WaitForPort();
        using var tcptop = TcptopProcess.Start(0.2, "--all");
        using var young = new NetworkNamespace();
        using var youngServer = young.Start(Programs.Traffic, "listen", young.InsideAddress, "0");
        var youngPort = youngServer.WaitForPort();
        var inOld = tcptop.WaitForLive(
            oldPort, 0, row => row.NetworkNamespace == old.Inode, "the listener in the older namespace is shown");
        Assert.Equal((oldServer.Id, old.InsideAddress, "LISTEN"), (inOld.Pid!.Value, inOld.LocalAddress, inOld.State));
        var inYoung = tcptop.WaitForLive(
            youngPort, 0, row => row.NetworkNamespace == young.Inode, "the listener in the younger namespace is shown");
        Assert.Equal(
            (youngServer.Id, young.InsideAddress, "LISTEN"), (inYoung.Pid!.Value, inYoung.LocalAddress, inYoung.State));
    }

    [Fact]
    public void The_end_that_closed_first_stays_in_TIME_WAIT_after_its_last_row()
    {
        using var tcptop = TcptopProcess.Start(0.2, "--all");
        using var pair = new LoopbackPair();
        AssertTimeWaitAfter(tcptop, pair);
    }

    [Fact]
    public void So_does_the_end_of_a_connection_older_than_the_program()
    {
        using var pair = new LoopbackPair();
        using var tcptop = TcptopProcess.Start(0.2, "--all");
        AssertTimeWaitAfter(tcptop, pair);
    }

    [Fact]
    public void What_an_older_connection_moved_before_its_TIME_WAIT_has_a_rate()
    {
        using var pair = new LoopbackPair();
        using var tcptop = TcptopProcess.Start(1, "--all");
        tcptop.WaitForLive(pair.ClientPort, pair.ServerPort, row => row.RateOut == 0, "nothing moves");
        LoopbackPair.Transfer(pair.Client, pair.Server, 1_000_000);
        pair.CloseInOrder();
        tcptop.WaitForClosed(pair.ClientPort, pair.ServerPort);
        Assert.Contains(tcptop.Rows(), row => row.LocalPort == pair.ClientPort && row.RemotePort == pair.ServerPort
            && row.RateOut > 1_000);
    }

    [Fact]
    public void A_TIME_WAIT_that_is_over_leaves_no_closed_row_and_is_no_loss()
    {
        using var text = new RunningProcess(Programs.Tcptop, "--batch", "--interval", "0.2", "--all");
        using var tcptop = TcptopProcess.Start(0.2, "--all");
        using var pair = new LoopbackPair(clientPort: OwnPorts.Next());
        pair.CloseInOrder();
        bool IsTimeWait(JsonRow row) =>
            row.LocalPort == pair.ClientPort && row.RemotePort == pair.ServerPort && row.State == "TIME_WAIT";
        tcptop.WaitFor(rows => rows.Any(IsTimeWait), "the client's end is in TIME_WAIT");
        // On loopback the kernel gives the ports to a new connection after a second.
        LoopbackPair? next = null;
        Eventually.True(() => (next = TryReuse(pair)) is not null, "the ports can be used again");
        using (next)
        {
            WaitUntilGone(tcptop, IsTimeWait);
            Assert.DoesNotContain(tcptop.Rows(), row => IsTimeWait(row) && row.Closed);
            Assert.Single(tcptop.Rows(), row => row.Closed && row.LocalPort == pair.ClientPort
                && row.RemotePort == pair.ServerPort);
        }
        text.Signal(RunningProcess.Terminate);
        Assert.Equal((0, ""), text.WaitForExit());
        Assert.Contains(text.Lines, line => line.Contains("TIME_WAIT ", StringComparison.Ordinal));
        Assert.DoesNotContain(text.Lines, line => line.Contains("LOST", StringComparison.Ordinal));
    }

    [Fact]
    public void A_connection_that_the_server_has_not_taken_up_is_in_SYN_RECV_until_it_has()
    {
        using var tcptop = TcptopProcess.Start(0.2, "--all");
        using var listener = ListenForData();
        var port = PortOf(listener);
        using var client = Connect(port);
        var clientPort = PortOf(client);
        var waiting = tcptop.WaitForLive(
            port, clientPort, row => row.State == "SYN_RECV", "the server's end is in SYN_RECV");
        Assert.Equal(("127.0.0.1", "127.0.0.1"), (waiting.LocalAddress, waiting.RemoteAddress));
        Assert.Null(waiting.Pid);
        AssertNoCounters(waiting);
        LoopbackPair.Send(client, 345);
        tcptop.WaitForLive(
            port, clientPort, row => row is { State: "ESTABLISHED", BytesIn: 345 }, "data make a connection of it");
        WaitUntilGone(tcptop, row => row.LocalPort == port && row.State == "SYN_RECV");
        Assert.DoesNotContain(
            tcptop.Rows(), row => row.LocalPort == port && row.RemotePort == clientPort && row.Closed);
    }

    [Fact]
    public void Without_the_flag_none_of_them_is_shown()
    {
        using var tcptop = TcptopProcess.Start(0.2);
        using var all = TcptopProcess.Start(0.2, "--all");
        using var listener = ListenForData();
        using var client = Connect(PortOf(listener));
        using var pair = new LoopbackPair();
        pair.CloseInOrder();
        all.WaitForLive(PortOf(listener), 0, row => row.State == "LISTEN", "there is one that listens");
        all.WaitForLive(PortOf(listener), PortOf(client), row => row.State == "SYN_RECV", "there is one in SYN_RECV");
        all.WaitForLive(pair.ClientPort, pair.ServerPort, row => row.State == "TIME_WAIT", "there is one in TIME_WAIT");
        using var later = new LoopbackPair();
        tcptop.WaitForLive(
            later.ClientPort, later.ServerPort, row => row.RateIn is not null, "two refreshes have gone by");
        Assert.False(States(tcptop.Rows()).Overlaps(["LISTEN", "TIME_WAIT", "SYN_RECV"]),
            string.Join(' ', States(tcptop.Rows())));
    }

    [Fact]
    public void The_summary_counts_them_apart_from_the_connections()
    {
        using var listener = ListenForData();
        var port = PortOf(listener);
        using var client = Connect(port);
        using var other = Listen(backlog: 4);
        using var waiting = Connect(PortOf(other));
        var text = Tool.Must(
            Programs.Tcptop, "--batch", "-n", "1", "--all", "--port", $"{port}", "--port", $"{PortOf(other)}");
        Assert.Contains(
            "  3 connections (3 TCP, 0 UDP, LISTEN 2, TIME_WAIT 0, SYN_RECV 1)  ", text, StringComparison.Ordinal);
        Assert.Matches($@"(?m)^tcp +127\.0\.0\.1:{PortOf(other)} .* LISTEN .* 1/4$", text);
        Assert.Matches($@"(?m)^tcp +127\.0\.0\.1:{port} +127\.0\.0\.1:{PortOf(client)} +- +- +SYN_RECV +-", text);
        Assert.DoesNotContain(
            "LISTEN", Tool.Must(Programs.Tcptop, "--batch", "-n", "1", "--port", $"{port}"), StringComparison.Ordinal);
    }

    /// <summary>
    /// The last row has the totals, to the byte and the segment; what stays behind has none, and nobody's
    /// name.
    /// </summary>
    private static void AssertTimeWaitAfter(TcptopProcess tcptop, LoopbackPair pair)
    {
        LoopbackPair.Transfer(pair.Client, pair.Server, 5_000);
        tcptop.WaitForLive(pair.ClientPort, pair.ServerPort, row => row.BytesOut == 5_000, "it shows 5,000 bytes out");
        pair.CloseInOrder();
        var closed = tcptop.WaitForClosed(pair.ClientPort, pair.ServerPort);
        Assert.Equal((5_000, 0), (closed.BytesOut, closed.BytesIn));
        Assert.InRange(closed.PacketsIn!.Value, 3, 100);
        Assert.InRange(closed.PacketsOut!.Value, 3, 100);
        var timeWait = tcptop.WaitForLive(
            pair.ClientPort, pair.ServerPort, row => row.State == "TIME_WAIT", "the client's end is in TIME_WAIT");
        Assert.Null(timeWait.Pid);
        AssertNoCounters(timeWait);
        Assert.DoesNotContain(tcptop.Rows(), row => row.LocalPort == pair.ServerPort
            && row.RemotePort == pair.ClientPort && row.State == "TIME_WAIT");
    }

    private static void AssertNoCounters(JsonRow row)
    {
        Assert.All(new[] { row.BytesIn, row.BytesOut, row.PacketsIn, row.PacketsOut, row.Retransmits, row.RttUs },
            Assert.Null);
        Assert.All(new[] { row.RateIn, row.RateOut }, rate => Assert.Null(rate));
        Assert.False(row.Closed);
    }

    private static JsonRow WaitForListener(TcptopProcess tcptop, int port, int waiting) =>
        tcptop.WaitForLive(
            port, 0,
            row => row.State == "LISTEN" && row.AcceptQueue == waiting,
            $"{waiting} wait to be accepted at port {port}");

    /// <summary>Waits for a refresh later than now that shows none of these.</summary>
    private static void WaitUntilGone(TcptopProcess tcptop, Func<JsonRow, bool> condition)
    {
        using var beacon = new LoopbackPair();
        tcptop.WaitFor(
            rows =>
            {
                // The newest may not have been read to its end yet; the one before it has.
                var whole = rows.LastOrDefault(row => row.Timestamp < rows[^1].Timestamp)?.Timestamp;
                var refresh = rows.Where(row => row.Timestamp == whole).ToList();
                return refresh.Any(row => row.LocalPort == beacon.ClientPort && row.RemotePort == beacon.ServerPort)
                    && !refresh.Any(condition);
            },
            "they are shown no more");
    }

    private static HashSet<string> States(IReadOnlyList<JsonRow> rows) => [.. rows.Select(row => row.State ?? "")];

    private static LoopbackPair? TryReuse(LoopbackPair former)
    {
        try
        {
            return new LoopbackPair(clientPort: former.ClientPort, serverPort: former.ServerPort);
        }
        catch (SocketException e) when (
            e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressAlreadyInUse)
        {
            return null;
        }
    }

    private static Socket Listen(int backlog)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, OwnPorts.Next()));
        listener.Listen(backlog);
        return listener;
    }

    /// <summary>One whose connections stay half-open on its side until the peer sends something.</summary>
    private static Socket ListenForData()
    {
        const int LevelTcp = 6; // IPPROTO_TCP
        const int DeferAccept = 9; // TCP_DEFER_ACCEPT
        var listener = Listen(backlog: 8);
        listener.SetRawSocketOption(LevelTcp, DeferAccept, BitConverter.GetBytes(60));
        return listener;
    }

    private static Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
