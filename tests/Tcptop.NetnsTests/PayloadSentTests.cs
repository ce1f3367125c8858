using System.Net;
using System.Net.Sockets;
using Tcptop.Testing;
using Xunit;
using static Tcptop.NetnsTests.SentPayload;

namespace Tcptop.NetnsTests;

/// <summary>
/// A SYN and a FIN have sequence numbers as bytes have, and the kernel counts those that were
/// acknowledged. They are in no row, of either end, at any moment that a row can be of.
/// </summary>
public sealed class PayloadSentTests
{
    private const double Interval = 0.1;
    private const int There = 1_111, Back = 222, ByHalfClosed = 3_333;

    /// <summary>
    /// Addresses, which end closes first, and what has happened by the time that tcptop starts.
    /// </summary>
    public static TheoryData<string, bool, string> HalfCloses => new()
    {
        { "IPv4", true, "nothing" },
        { "IPv4", false, "nothing" },
        { "IPv4", true, "data" },
        { "IPv4", false, "data" },
        { "IPv4", true, "half close" },
        { "IPv4", false, "half close" },
        { "IPv6", true, "nothing" },
        { "IPv6", true, "data" },
        { "IPv6", false, "data" },
        { "mapped", true, "nothing" },
        { "mapped", true, "data" },
        { "mapped", false, "data" },
    };

    [Theory]
    [MemberData(nameof(HalfCloses))]
    public void Each_end_has_what_it_sent_from_its_first_row_through_a_half_close_to_its_last(
        string addresses, bool clientCloses, string before)
    {
        using var tcptop = new Latecomer(Interval);
        using var pair = TcpPair.OnLoopback(addresses);
        if (before == "nothing")
        {
            tcptop.Start();
            AssertSent(tcptop, pair, 0, 0);
        }
        LoopbackPair.Transfer(pair.Client, pair.Server, There);
        LoopbackPair.Transfer(pair.Server, pair.Client, Back);
        if (before != "half close")
        {
            tcptop.Start();
            AssertSent(tcptop, pair, There, Back);
        }
        var (closer, other) =
            clientCloses ? (pair.Client, pair.Server) : (pair.Server, pair.Client);
        closer.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, other.Receive(new byte[1]));
        tcptop.Start();
        AssertSent(tcptop, pair, There, Back);
        Assert.Equal(
            "FIN_WAIT2",
            tcptop.Started.Fresh(clientCloses ? pair.ClientCookie : pair.ServerCookie).State);

        LoopbackPair.Transfer(other, closer, ByHalfClosed);
        var (sentByClient, sentByServer) =
            clientCloses ? (There, Back + ByHalfClosed) : (There + ByHalfClosed, Back);
        AssertSent(tcptop, pair, sentByClient, sentByServer);
        other.Shutdown(SocketShutdown.Send);
        AssertEnded(tcptop, pair, sentByClient, sentByServer);
    }

    [Fact]
    public void Ends_that_close_at_once_have_what_they_sent()
    {
        using var link = new LinkedNamespaces();
        using var tcptop = new Latecomer(Interval);
        using var pair = link.Connect();
        LoopbackPair.Transfer(pair.Client, pair.Server, There);
        LoopbackPair.Transfer(pair.Server, pair.Client, Back);
        Deafness.Of(link.Near);
        Deafness.Of(link.Far);
        pair.Client.Shutdown(SocketShutdown.Send);
        pair.Server.Shutdown(SocketShutdown.Send);
        tcptop.Start();
        AssertSent(tcptop, pair, There, Back);
        Assert.Equal("FIN_WAIT1", tcptop.Started.Fresh(pair.ServerCookie).State);
        // Now the server hears the client's FIN, and what it says to that is not heard.
        Deafness.End(link.Far);
        tcptop.Started.WaitFor(
            pair.ServerCookie, row => row.State == "CLOSING", "the server is closing, too");
        AssertSent(tcptop, pair, There, Back);
        Deafness.End(link.Near);
        AssertEnded(tcptop, pair, There, Back);
    }

    [Fact]
    public void What_waits_for_room_at_the_peer_has_not_been_sent_nor_has_the_FIN_behind_it()
    {
        using var tcptop = new Latecomer(Interval);
        tcptop.Start();
        using var pair = TcpPair.OnLoopback("IPv4");
        var written = FillUp(pair.Client);
        pair.Client.Shutdown(SocketShutdown.Send);
        // What the server has not read has come all the same.
        Eventually.True(
            () => tcptop.Started.Fresh(pair.ClientCookie).BytesOut
                == tcptop.Started.Fresh(pair.ServerCookie).BytesIn,
            "what has left is what has come");
        var stuck = tcptop.Started.Fresh(pair.ClientCookie);
        Assert.Equal("FIN_WAIT1", stuck.State);
        Assert.InRange(stuck.BytesOut!.Value, 1, written - 1);
        pair.Server.ReceiveTimeout = 0;
        LoopbackPair.Receive(pair.Server, written);
        pair.Server.Shutdown(SocketShutdown.Send);
        AssertEnded(tcptop, pair, written, 0);
    }

    [Fact]
    public void A_socket_that_is_connected_to_itself_has_sent_what_it_received()
    {
        using var tcptop = new Latecomer(Interval);
        using var place = new IsolatedNamespace();
        tcptop.Start();
        var socket = place.Inside(() => TcpPair.NewSocket(AddressFamily.InterNetwork));
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Connect(socket.LocalEndPoint!);
        var cookie = OwnRows.CookieOf(socket);
        var quiet = tcptop.Started.Fresh(cookie);
        Assert.Equal((0, 0), (quiet.BytesOut, quiet.BytesIn));
        LoopbackPair.Transfer(socket, socket, There);
        var row = tcptop.Started.Fresh(cookie);
        Assert.Equal((There, There, "ESTABLISHED"), (row.BytesOut, row.BytesIn, row.State));
        using (var later = new Latecomer(Interval))
        {
            later.Start();
            Assert.Equal(There, later.Started.Fresh(cookie).BytesOut);
        }
        socket.Shutdown(SocketShutdown.Send);
        socket.Close();
        Assert.Equal(There, tcptop.Started.WaitForEnd(cookie).BytesOut);
    }

    [Theory]
    [InlineData("10.77.0.9")]
    [InlineData("fd77::9")]
    public void A_connect_that_nobody_answers_has_sent_no_byte(string nobody)
    {
        using var link = new LinkedNamespaces();
        var address = IPAddress.Parse(nobody);
        link.Near.Ip("address", "add", "fd77::1/64", "dev", LinkedNamespaces.NearDevice(), "nodad");
        link.Near.Ip("neighbour", "add", nobody, "lladdr", "02:00:00:00:00:09", "dev", "near0");
        using var tcptop = new Latecomer(Interval);
        using var older = link.Near.Inside(() => TcpPair.NewSocket(address.AddressFamily));
        ConnectWithoutWaiting(older, address);
        tcptop.Start();
        using var younger = link.Near.Inside(() => TcpPair.NewSocket(address.AddressFamily));
        ConnectWithoutWaiting(younger, address);
        foreach (var socket in new[] { older, younger })
        {
            var cookie = OwnRows.CookieOf(socket);
            // The SYN again, a second later.
            tcptop.Started.WaitFor(cookie, row => row.PacketsOut > 1, "it is asked again");
            var row = tcptop.Started.Fresh(cookie);
            Assert.Equal(("SYN_SENT", 0, 0), (row.State, row.BytesOut, row.BytesIn));
            socket.Close();
            Assert.Equal(0, tcptop.Started.WaitForEnd(cookie).BytesOut);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_handshake_whose_first_segment_was_lost_adds_no_byte(bool lostOnItsWayThere)
    {
        using var link = new LinkedNamespaces();
        using var tcptop = new Latecomer(Interval);
        tcptop.Start();
        using var listener = link.Far.Inside(
            () => TcpPair.Listen(new(LinkedNamespaces.FarAddress(), 0)));
        using var client = link.Near.Inside(() => TcpPair.NewSocket(AddressFamily.InterNetwork));
        Deafness.Of(lostOnItsWayThere ? link.Far : link.Near);
        ConnectWithoutWaiting(
            client, LinkedNamespaces.FarAddress(), ((IPEndPoint)listener.LocalEndPoint!).Port);
        tcptop.Started.WaitFor(
            OwnRows.CookieOf(client),
            row => row is { PacketsOut: > 0, State: "SYN_SENT" },
            "the SYN has left");
        Deafness.End(lostOnItsWayThere ? link.Far : link.Near);
        using var pair = new TcpPair(client, listener.Accept());
        LoopbackPair.Transfer(pair.Client, pair.Server, There);
        LoopbackPair.Transfer(pair.Server, pair.Client, Back);
        AssertSent(tcptop, pair, There, Back);
        pair.Client.Shutdown(SocketShutdown.Send);
        pair.Server.Shutdown(SocketShutdown.Send);
        AssertEnded(tcptop, pair, There, Back);
    }

    [Fact]
    public void A_connection_older_than_the_program_that_came_in_by_a_SYN_cookie_has_what_it_sent()
    {
        using var link = new LinkedNamespaces();
        link.Far.SetIPv4("tcp_syncookies", "2");
        using var tcptop = new Latecomer(Interval);
        using var pair = link.Connect();
        LoopbackPair.Transfer(pair.Client, pair.Server, There);
        LoopbackPair.Transfer(pair.Server, pair.Client, Back);
        tcptop.Start();
        AssertSent(tcptop, pair, There, Back);
    }

    [Fact]
    public void A_reset_with_data_on_its_way_leaves_what_has_left()
    {
        using var link = new LinkedNamespaces();
        using var tcptop = new Latecomer(Interval);
        tcptop.Start();
        using var pair = link.Connect();
        LoopbackPair.Transfer(pair.Client, pair.Server, There);
        Deafness.Of(link.Far);
        LoopbackPair.Send(pair.Client, ByHalfClosed);
        AssertSent(tcptop, pair, There + ByHalfClosed, 0, comeToServer: There);
        TcpPair.Reset(pair.Client);
        Assert.Equal(There + ByHalfClosed, tcptop.Started.WaitForEnd(pair.ClientCookie).BytesOut);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_socket_that_was_accepted_and_then_connects_itself_has_what_it_sent(bool lateStart)
    {
        using var tcptop = new Latecomer(Interval);
        using var first = TcpPair.OnLoopback("IPv4");
        LoopbackPair.Transfer(first.Server, first.Client, Back);
        if (!lateStart)
            tcptop.Start();
        using var listener = TcpPair.Listen(new(IPAddress.Loopback, 0));
        using var again = new ReconnectingSocket(first.Server);
        again.Disconnect();
        again.Connect(((IPEndPoint)listener.LocalEndPoint!).Port);
        using var server = listener.Accept();
        again.Send(There);
        LoopbackPair.Receive(server, There);
        tcptop.Start();
        var row = tcptop.Started.Fresh(first.ServerCookie);
        Assert.Equal((There, "ESTABLISHED"), (row.BytesOut, row.State));
        Assert.Equal(There, tcptop.Started.Fresh(OwnRows.CookieOf(server)).BytesIn);
    }

    private static void ConnectWithoutWaiting(Socket socket, IPAddress address, int port = 9)
    {
        socket.Blocking = false;
        var refusal = Assert.Throws<SocketException>(() => socket.Connect(address, port));
        Assert.Contains(
            refusal.SocketErrorCode, new[] { SocketError.InProgress, SocketError.WouldBlock });
        socket.Blocking = true;
    }

    /// <summary>Writes until nothing goes any more; returns how much that was.</summary>
    private static long FillUp(Socket socket)
    {
        var (written, full) = (0L, SocketError.Success);
        var buffer = new byte[64 * 1024];
        socket.Blocking = false;
        while (full == SocketError.Success)
            written += socket.Send(buffer, 0, buffer.Length, SocketFlags.None, out full);
        socket.Blocking = true;
        Assert.Equal(SocketError.WouldBlock, full);
        return written;
    }
}
