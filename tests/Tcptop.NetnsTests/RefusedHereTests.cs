using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tcptop.Model;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>
/// Segments that this host itself refuses to send. The kernel counts them as sent, keeps them, and
/// counts them again when it tries them again; tcptop counts what has left.
/// </summary>
public sealed class RefusedHereTests
{
    // One segment waits while another leaves, for some 24 ms; the kernel lets a socket have three on
    // their way to the device. So a sender fills it on a slow machine, too.
    private static readonly string[] TinyQueue =
        ["tbf", "rate", "500kbit", "burst", "2kb", "limit", "2kb"];

    public static TheoryData<string> Refusers => ["route", "firewall"];

    [Fact]
    public void What_a_full_queue_of_the_own_device_refuses_is_counted_once_when_it_has_left()
    {
        const int Bytes = 150_000;
        using var link = new LinkedNamespaces();
        link.Near.Ip("link", "set", LinkedNamespaces.NearDevice(), "gso_max_segs", "1");
        link.Near.Run(
            "tc", ["qdisc", "add", "dev", LinkedNamespaces.NearDevice(), "root", .. TinyQueue]);
        using var tcptop = TcptopProcess.Start();
        using var readings = new Readings();
        using var pair = link.Connect();
        var id = OwnRows.IdOf(pair.Client);
        LoopbackPair.Transfer(pair.Client, pair.Server, Bytes);
        readings.WaitFor(id, now => now.SendFailedBytes > 0, "it shows what the queue refused");
        Assert.Equal(Bytes, tcptop.Fresh(pair.ClientCookie).BytesOut);
        AssertEnd(tcptop, pair, Bytes);
    }

    [Theory]
    [MemberData(nameof(Refusers))]
    public void What_is_refused_for_a_while_is_counted_once_when_it_has_left(string refuser)
    {
        const int Before = 2_000, Meanwhile = 30_000, After = 4_000;
        using var link = new LinkedNamespaces();
        using var tcptop = TcptopProcess.Start();
        using var readings = new Readings();
        using var pair = link.Connect();
        var id = OwnRows.IdOf(pair.Client);
        var before = Send(readings, pair, Before);

        Refuse(link, refuser);
        LoopbackPair.Send(pair.Client, Meanwhile);
        // The first try and two more, some 0.2 and 0.6 s later.
        var refused = readings.WaitFor(
            id,
            now => now.SendFailedBytes > 0 && now.PacketsOut >= before.PacketsOut + 3,
            "it tries more than once");
        Assert.Equal((ulong)Before, refused.BytesOut);
        Assert.Equal(Before, tcptop.Fresh(pair.ClientCookie).BytesOut);

        Admit(link, refuser);
        LoopbackPair.Receive(pair.Server, Meanwhile);
        LoopbackPair.Transfer(pair.Client, pair.Server, After);
        var after = readings.WaitFor(
            id, now => now.BytesOut >= Before + Meanwhile + After, "it shows that all has left");
        Assert.Equal((ulong)(Before + Meanwhile + After), after.BytesOut);
        Assert.True(
            after.SendFailedBytes >= refused.SendFailedBytes, "what has failed stays failed");
        AssertEnd(tcptop, pair, Before + Meanwhile + After);
    }

    [Theory]
    [MemberData(nameof(Refusers))]
    public void What_never_leaves_is_never_counted(string refuser)
    {
        const int Before = 2_000;
        using var link = new LinkedNamespaces();
        using var tcptop = TcptopProcess.Start();
        using var readings = new Readings();
        using var pair = link.Connect();
        var id = OwnRows.IdOf(pair.Client);
        var before = Send(readings, pair, Before);

        Refuse(link, refuser);
        LoopbackPair.Send(pair.Client, 50_000);
        var tried = readings.WaitFor(
            id, now => now.PacketsOut >= before.PacketsOut + 3, "tries are packets still");
        Assert.Equal((ulong)Before, tried.BytesOut);
        Assert.NotEqual(0UL, tried.SendFailedBytes);
        Assert.Equal(Before, tcptop.Fresh(pair.ClientCookie).BytesOut);
        // Nor is a FIN that cannot be sent.
        pair.Client.Shutdown(SocketShutdown.Send);
        var closing = tcptop.Fresh(pair.ClientCookie);
        Assert.Equal((Before, "FIN_WAIT1"), (closing.BytesOut, closing.State));
        TcpPair.Reset(pair.Client);
        Assert.Equal(Before, tcptop.WaitForEnd(pair.ClientCookie).BytesOut);
    }

    [Fact]
    public void A_connection_older_than_the_program_to_which_sending_failed_shows_what_has_left()
    {
        const int Before = 2_000, Meanwhile = 30_000;
        using var link = new LinkedNamespaces();
        using var pair = link.Connect();
        LoopbackPair.Transfer(pair.Client, pair.Server, Before);
        Refuse(link, "route");
        LoopbackPair.Send(pair.Client, Meanwhile);
        using (var readings = new Readings())
        {
            var id = OwnRows.IdOf(pair.Client);
            Assert.Equal(
                (ulong)Before,
                readings.WaitFor(id, now => now.SendFailedBytes > 0, "it tries").BytesOut);
        }
        using var tcptop = TcptopProcess.Start();
        Assert.Equal(Before, tcptop.Fresh(pair.ClientCookie).BytesOut);
        Admit(link, "route");
        LoopbackPair.Receive(pair.Server, Meanwhile);
        AssertEnd(tcptop, pair, Before + Meanwhile);
    }

    [Fact]
    public void What_a_program_at_the_egress_of_a_cgroup_refuses_is_counted_once_when_it_has_left()
    {
        const int Before = 1_000, Meanwhile = 20_000;
        using var cgroup = new ServiceCgroup();
        using var listener = TcpPair.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        using var tcptop = TcptopProcess.Start();
        using var readings = new Readings();
        using var sender = new RunningProcess(
            "python3",
            Path.Combine(AppContext.BaseDirectory, "Refused", "refuse_egress.py"),
            cgroup.Directory,
            $"{((IPEndPoint)listener.LocalEndPoint!).Port}", $"{Before}", $"{Meanwhile}");
        using var server = listener.Accept();
        var cookie = sender.WaitForLine("cookie ");
        var id = ulong.Parse(cookie, CultureInfo.InvariantCulture);
        LoopbackPair.Receive(server, Before);
        sender.Input.WriteLine("refuse");
        sender.WaitForLine("refused");
        var refused = readings.WaitFor(
            id, now => now.SendFailedBytes > 0, "it shows what was refused");
        Assert.Equal((ulong)Before, refused.BytesOut);
        Assert.Equal(Before, tcptop.Fresh(cookie).BytesOut);
        sender.Input.WriteLine("admit");
        LoopbackPair.Receive(server, Meanwhile);
        Assert.Equal(Before + Meanwhile, tcptop.Fresh(cookie).BytesOut);
        sender.Input.Close();
        sender.WaitForExit();
        server.Close();
        Assert.Equal(Before + Meanwhile, tcptop.WaitForEnd(cookie).BytesOut);
    }

    /// <summary>What has left, and was taken, before sending is refused.</summary>
    private static ConnectionRecord Send(Readings readings, TcpPair pair, int bytes)
    {
        LoopbackPair.Transfer(pair.Client, pair.Server, bytes);
        return readings.WaitFor(
            OwnRows.IdOf(pair.Client), now => now.BytesOut == (ulong)bytes, "it shows what has left");
    }

    private static void Refuse(LinkedNamespaces link, string refuser)
    {
        if (refuser == "route")
            link.Near.Ip("route", "delete", "10.77.0.0/24");
        else
            link.Near.Run(
                "nft",
                "add table ip refuse; "
                + "add chain ip refuse out { type filter hook output priority 0; policy drop; }");
    }

    private static void Admit(LinkedNamespaces link, string refuser)
    {
        if (refuser == "route")
            link.Near.Ip("route", "add", "10.77.0.0/24", "dev", LinkedNamespaces.NearDevice());
        else
            link.Near.Run("nft", "delete table ip refuse");
    }

    private static void AssertEnd(TcptopProcess tcptop, TcpPair pair, long bytes)
    {
        pair.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, pair.Server.Receive(new byte[1]));
        pair.Server.Close();
        pair.Client.Close();
        var client = tcptop.WaitForEnd(pair.ClientCookie);
        var server = tcptop.WaitForEnd(pair.ServerCookie);
        Assert.Equal((bytes, 0), (client.BytesOut, client.BytesIn));
        Assert.Equal((0, bytes), (server.BytesOut, server.BytesIn));
        Assert.All(
            tcptop.Of(pair.ClientCookie), row => Assert.InRange(row.BytesOut!.Value, 0, bytes));
    }
}
