using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>
/// Routes, devices and their names change while connections live; <c>interface</c> and
/// <c>--interface</c> go with them.
/// </summary>
public sealed class RouteChangeTests
{
    // Reached over either link; the near one is a client's own.
    private const string NearHost = "10.80.0.1", FarHost = "10.80.0.2";

    [Fact]
    public void What_moves_to_another_device_with_its_route_is_shown_and_filtered_there()
    {
        using var link = Routed();
        using var tcptop = StartTcptop();
        using var pair = Connect(link);
        using var udp = new DatagramCalls(4, link.Near);
        Exchange(pair, udp);
        WaitForDevice(tcptop, pair.ClientCookie, "near0");
        WaitForDevice(tcptop, pair.ServerCookie, "far0");
        WaitForDevice(tcptop, udp.Cookie, "near0");
        string[] lasting = ["--interval", "0.2", "--udp-idle", "60"];
        using var filtered = new RunningProcess(
            Programs.Tcptop, ["--batch", "--format", "json", .. lasting, "--interface", "near1"]);
        SetRoute(link, 1);
        bool HaveMoved()
        {
            Exchange(pair, udp);
            return Latest(tcptop, pair.ClientCookie) == "near1"
                && Latest(tcptop, pair.ServerCookie) == "far1"
                && Latest(tcptop, udp.Cookie) == "near1";
        }
        Eventually.True(HaveMoved, "all go by the second");
        Eventually.True(
            () =>
            {
                Exchange(pair, udp);
                var shown = CookiesIn(filtered.Lines);
                return shown.Contains(pair.ClientCookie) && shown.Contains(udp.Cookie);
            },
            "a filter by the second has both");
        var first = Tool.Must(
            Programs.Tcptop, "--batch", "--format", "json", "-n", "1", "--interface", "near0");
        Assert.DoesNotContain(
            pair.ClientCookie, CookiesIn(first.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        // One connection and one flow: the counters went on.
        Assert.Single(tcptop.FreshAll(pair.ClientCookie));
        Assert.Single(tcptop.FreshAll(udp.Cookie));
    }

    [Fact]
    public void A_socket_that_is_bound_to_a_device_is_shown_there_whatever_the_route()
    {
        using var link = Routed();
        link.Near.Ip("route", "add", FarHost, "via", "10.77.1.2", "metric", "100");
        link.Far.Ip("route", "replace", NearHost, "via", "10.77.1.1");
        using var tcptop = StartTcptop();
        using var pair = Connect(link, device: "near1");
        using var udp = new DatagramCalls(4, link.Near);
        udp.Do("device near1");
        Exchange(pair, udp);
        Assert.Equal("near1", Fresh(tcptop, pair.ClientCookie));
        Assert.Equal("near1", Fresh(tcptop, udp.Cookie));
        Assert.Equal("far1", Fresh(tcptop, pair.ServerCookie));
    }

    [Fact]
    public void A_device_that_is_renamed_has_its_new_name_on_what_lives()
    {
        using var link = Routed();
        using var tcptop = StartTcptop();
        using var silent = Connect(link);
        using var bound = Connect(link, device: "near0");
        using var udp = new DatagramCalls(4, link.Near);
        Exchange(silent, udp);
        foreach (var cookie in new[] { silent.ClientCookie, bound.ClientCookie, udp.Cookie })
            WaitForDevice(tcptop, cookie, "near0");
        link.Near.Ip("link", "set", "near0", "down");
        link.Near.Ip("link", "set", "near0", "name", "renamed0");
        link.Near.Ip("link", "set", "renamed0", "up");
        // Of TCP without a segment.
        Assert.Equal("renamed0", Fresh(tcptop, silent.ClientCookie));
        Assert.Equal("renamed0", Fresh(tcptop, bound.ClientCookie));
        link.Near.Ip("route", "replace", FarHost, "via", "10.77.0.2");
        udp.Do($"sendto {FarHost} 9 10 1");
        Assert.Equal("renamed0", Fresh(tcptop, udp.Cookie));
    }

    [Fact]
    public void A_connection_and_a_flow_whose_route_is_gone_keep_the_device_that_they_had()
    {
        using var link = Routed();
        using var tcptop = StartTcptop();
        using var pair = Connect(link);
        using var udp = new DatagramCalls(4, link.Near);
        Exchange(pair, udp);
        WaitForDevice(tcptop, pair.ClientCookie, "near0");
        WaitForDevice(tcptop, udp.Cookie, "near0");
        var sent = tcptop.Fresh(pair.ClientCookie).PacketsOut;
        link.Near.Ip("route", "delete", FarHost);
        LoopbackPair.Send(pair.Client, 100);
        Assert.StartsWith("failed", udp.Try($"sendto {FarHost} 9 10 1"), StringComparison.Ordinal);
        tcptop.WaitFor(pair.ClientCookie, row => row.PacketsOut > sent, "it tries to send");
        Assert.Equal("near0", Fresh(tcptop, pair.ClientCookie));
        Assert.Equal("near0", Fresh(tcptop, udp.Cookie));
        using var later = StartTcptop();
        Assert.Equal("near0", Fresh(later, pair.ClientCookie));
    }

    [Fact]
    public void A_device_that_is_removed_leaves_no_name_that_is_not_a_devices()
    {
        using var link = Routed();
        using var tcptop = StartTcptop();
        using var pair = Connect(link);
        LoopbackPair.Transfer(pair.Client, pair.Server, 100);
        WaitForDevice(tcptop, pair.ClientCookie, "near0");
        link.Near.Ip("link", "delete", "near0");
        Assert.Equal("near0", Fresh(tcptop, pair.ClientCookie));
        Assert.All(
            tcptop.Of(pair.ServerCookie),
            row => Assert.Contains(row.Interface, new[] { "far0", null }));
        using var later = StartTcptop();
        Assert.Null(Fresh(later, pair.ClientCookie));
    }

    [Fact]
    public void A_namespace_with_the_number_of_one_that_is_gone_has_none_of_its_names()
    {
        const string Former = "former0", Latter = "latter0";
        using var tcptop = StartTcptop();
        long number;
        using (var former = WithDevice(new IsolatedNamespace(), Former))
        {
            number = former.Inode;
            foreach (var cookie in Use(former))
                WaitForDevice(tcptop, cookie, Former);
        }
        using var latter = WithDevice(NextWithNumber(number), Latter);
        foreach (var cookie in Use(latter))
        {
            tcptop.WaitFor(cookie, row => row.Interface is not null, "it has a device's name");
            Assert.All(
                tcptop.Of(cookie),
                row => Assert.Equal((number, Latter), (row.NetworkNamespace, row.Interface)));
        }
    }

    /// <summary>
    /// The kernel gives the lowest number that is free; that of a namespace is a moment after its
    /// end.
    /// </summary>
    private static IsolatedNamespace NextWithNumber(long number)
    {
        IsolatedNamespace? found = null;
        Eventually.True(
            () =>
            {
                var next = new IsolatedNamespace();
                if (next.Inode == number)
                    found = next;
                else
                    next.Dispose();
                return found is not null;
            },
            "a namespace has the number of the former");
        return found!;
    }

    private static IsolatedNamespace WithDevice(IsolatedNamespace place, string device)
    {
        place.Ip("link", "add", device, "index", "77", "type", "veth", "peer", "name", "other0");
        place.Ip("address", "add", "10.78.0.1/24", "dev", device);
        place.Ip("link", "set", "other0", "up");
        place.Ip("link", "set", device, "up");
        place.Ip("neighbour", "add", "10.78.0.9", "lladdr", "02:00:00:00:00:09", "dev", device);
        return place;
    }

    /// <summary>
    /// A connect and a datagram that nobody answers; each socket lives until the next is asked for.
    /// </summary>
    private static IEnumerable<string> Use(IsolatedNamespace place)
    {
        using (var tcp = place.Inside(() => TcpPair.NewSocket(AddressFamily.InterNetwork)))
        {
            tcp.Blocking = false;
            Assert.Throws<SocketException>(() => tcp.Connect(IPAddress.Parse("10.78.0.9"), 9));
            yield return OwnRows.CookieOf(tcp);
        }
        using var udp = new DatagramCalls(4, place);
        udp.Do("sendto 10.78.0.9 9 10 1");
        yield return udp.Cookie;
    }

    private static void WaitForDevice(TcptopProcess tcptop, string cookie, string device) =>
        tcptop.WaitFor(cookie, row => row.Interface == device, $"it is shown at {device}");

    private static TcptopProcess StartTcptop() => TcptopProcess.Start(0.2, "--udp-idle", "60");

    private static LinkedNamespaces Routed()
    {
        var link = new LinkedNamespaces(2);
        link.Near.Ip("address", "add", NearHost + "/32", "dev", "lo");
        link.Far.Ip("address", "add", FarHost + "/32", "dev", "lo");
        SetRoute(link, 0);
        return link;
    }

    private static void SetRoute(LinkedNamespaces link, int number)
    {
        link.Near.Ip("route", "replace", FarHost, "via", $"{LinkedNamespaces.FarAddress(number)}");
        link.Far.Ip("route", "replace", NearHost, "via", $"{LinkedNamespaces.NearAddress(number)}");
    }

    private static TcpPair Connect(LinkedNamespaces link, string? device = null)
    {
        const int LevelSocket = 1, BindToDevice = 25;
        using var listener = link.Far.Inside(
            () => TcpPair.Listen(new IPEndPoint(IPAddress.Parse(FarHost), 0)));
        var client = link.Near.Inside(() => TcpPair.NewSocket(AddressFamily.InterNetwork));
        if (device is not null)
            client.SetRawSocketOption(
                LevelSocket, BindToDevice, System.Text.Encoding.ASCII.GetBytes(device + "\0"));
        client.Bind(new IPEndPoint(IPAddress.Parse(NearHost), 0));
        client.Connect(listener.LocalEndPoint!);
        return new TcpPair(client, listener.Accept());
    }

    private static void Exchange(TcpPair pair, DatagramCalls udp)
    {
        LoopbackPair.Transfer(pair.Client, pair.Server, 1_000);
        LoopbackPair.Transfer(pair.Server, pair.Client, 10);
        udp.Do($"sendto {FarHost} 9 10 1");
    }

    private static string? Latest(TcptopProcess tcptop, string cookie) =>
        tcptop.Of(cookie)[^1].Interface;

    private static string? Fresh(TcptopProcess tcptop, string cookie)
    {
        tcptop.WaitFor(cookie, _ => true, "it is shown");
        return tcptop.Fresh(cookie).Interface;
    }

    private static HashSet<string> CookiesIn(IEnumerable<string> lines) =>
        [.. lines.Select(line => JsonSerializer.Deserialize<JsonRow>(line)!.Cookie)];
}
