using System.Net;
using System.Net.Sockets;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>
/// Addresses that mean another machine, or other machines, on each link: what is exchanged with one
/// of them over two links are two flows or connections, with the device where people read it, and
/// in a field of its own where programs do.
/// </summary>
public sealed class LinkLocalTests
{
    private const string Near = "fe80::1", Far = "fe80::2";
    private const int ClientPort = 7_002, ServerPort = 7_001;

    [Fact]
    public void One_socket_that_talks_to_the_same_address_on_two_links_has_two_flows()
    {
        using var link = new LinkedNamespaces(2);
        using var tcptop = StartTcptop();
        using var near = new DatagramCalls(6, link.Near);
        using var far = new DatagramCalls(6, link.Far);
        // One after the other, and the same one twice.
        for (var i = 0; i < 3; i++)
        {
            near.Do(
                $"sendto {Far}%near0 {far.Port} 100 2", $"sendto {Far}%near1 {far.Port} 1000 1");
            far.Do($"sendto {Near}%far0 {near.Port} 7 1", $"sendto {Near}%far1 {near.Port} 9 2");
        }
        AssertFlows(
            tcptop,
            near.Cookie,
            ($"{Far} near0", 600, 6, 21, 3),
            ($"{Far} near1", 3_000, 3, 54, 6));
        AssertFlows(
            tcptop, far.Cookie, ($"{Near} far0", 21, 3, 600, 6), ($"{Near} far1", 54, 6, 3_000, 3));
    }

    [Fact]
    public void Sockets_connected_to_the_same_address_on_two_links_have_a_flow_each()
    {
        using var link = new LinkedNamespaces(2);
        using var tcptop = StartTcptop();
        using var first = new DatagramCalls(6, link.Near);
        using var second = new DatagramCalls(6, link.Near);
        using var far = new DatagramCalls(6, link.Far);
        first.Do($"connect {Far}%near0 {far.Port}", "send 10 1");
        second.Do($"connect {Far}%near1 {far.Port}", "send 20 2");
        AssertFlows(tcptop, first.Cookie, ($"{Far} near0", 10, 1, 0, 0));
        AssertFlows(tcptop, second.Cookie, ($"{Far} near1", 40, 2, 0, 0));
        AssertFlows(
            tcptop, far.Cookie, ($"{Near} far0", 0, 0, 10, 1), ($"{Near} far1", 0, 0, 40, 2));
    }

    [Fact]
    public void So_has_one_for_link_local_addresses_of_IPv4()
    {
        const string NearAddress = "169.254.7.1", FarAddress = "169.254.7.2";
        using var link = new LinkedNamespaces(2);
        foreach (var (place, address) in new[] { (link.Near, NearAddress), (link.Far, FarAddress) })
        {
            // A packet that comes by a device to which the answer would not go is taken all the
            // same.
            place.SetIPv4("conf/all/rp_filter", "0");
            foreach (var number in new[] { 0, 1 })
            {
                var device = (place == link.Near ? "near" : "far") + number;
                place.SetIPv4($"conf/{device}/rp_filter", "0");
                place.Ip("address", "add", address + "/16", "dev", device);
            }
        }
        using var tcptop = StartTcptop();
        using var near = new DatagramCalls(4, link.Near);
        using var far = new DatagramCalls(4, link.Far);
        for (var i = 0; i < 2; i++)
        {
            near.Do(
                "device near0",
                $"sendto {FarAddress} {far.Port} 100 2",
                "device near1",
                $"sendto {FarAddress} {far.Port} 1000 1");
            far.Do("device far1", $"sendto {NearAddress} {near.Port} 9 1");
        }
        // The socket hears what comes by the device that it is bound to.
        AssertFlows(
            tcptop,
            near.Cookie,
            ($"{FarAddress} near0", 400, 4, 0, 0),
            ($"{FarAddress} near1", 2_000, 2, 18, 2));
    }

    [Theory]
    [InlineData(4, "224.0.0.251")]
    [InlineData(4, "239.213.7.9")]
    [InlineData(6, "ff02::fb")]
    [InlineData(6, "ff05::7")]
    public void One_socket_that_sends_to_a_group_by_two_devices_has_a_flow_for_each(
        int family, string group)
    {
        const int Port = 5_353;
        using var link = new LinkedNamespaces(2);
        using var tcptop = StartTcptop();
        using var listener = link.Far.Inside(() => ListenTo(IPAddress.Parse(group), Port));
        using var near = new DatagramCalls(family, link.Near);
        for (var i = 0; i < 2; i++)
        {
            near.Do(
                "multicast near0",
                $"sendto {group} {Port} 50 2",
                "multicast near1",
                $"sendto {group} {Port} 60 1");
        }
        AssertFlows(
            tcptop,
            near.Cookie,
            ($"{group} near0", 200, 4, 0, 0),
            ($"{group} near1", 120, 2, 0, 0));
        Assert.Equal(320, listener.Receive(6));
        var (first, second) = family == 6 ? (Near, Near) : ("10.77.0.1", "10.77.1.1");
        AssertFlows(
            tcptop,
            OwnRows.CookieOf(listener.Socket),
            ($"{first} far0", 0, 0, 200, 4),
            ($"{second} far1", 0, 0, 120, 2));
    }

    [Fact]
    public void What_goes_to_a_links_address_of_this_host_itself_is_that_links_and_not_loopbacks()
    {
        using var link = new LinkedNamespaces(2);
        using var tcptop = StartTcptop();
        using var sender = new DatagramCalls(6, link.Near);
        using var receiver = new DatagramCalls(6, link.Near);
        using var listener = link.Near.Inside(
            () => TcpPair.Listen(new IPEndPoint(OnLink(Near, "near1"), ServerPort)));
        using var client = link.Near.Inside(() => TcpPair.NewSocket(AddressFamily.InterNetworkV6));
        client.Connect(listener.LocalEndPoint!);
        using var pair = new TcpPair(client, listener.Accept());
        LoopbackPair.Transfer(pair.Client, pair.Server, 100);
        for (var i = 0; i < 2; i++)
            sender.Do(
                $"sendto {Near}%near0 {receiver.Port} 10 2",
                $"sendto {Near}%near1 {receiver.Port} 20 1");
        AssertFlows(
            tcptop, sender.Cookie, ($"{Near} near0", 40, 4, 0, 0), ($"{Near} near1", 40, 2, 0, 0));
        AssertFlows(
            tcptop,
            receiver.Cookie,
            ($"{Near} near0", 0, 0, 40, 4),
            ($"{Near} near1", 0, 0, 40, 2));
        Assert.Equal("near1", tcptop.Fresh(pair.ClientCookie).Interface);
        Assert.Equal("near1", tcptop.Fresh(pair.ServerCookie).Interface);
    }

    [Fact]
    public void One_socket_that_broadcasts_by_two_devices_has_a_flow_for_each()
    {
        using var link = new LinkedNamespaces(2);
        using var tcptop = StartTcptop();
        using var near = new DatagramCalls(4, link.Near);
        near.Do("broadcast");
        for (var i = 0; i < 2; i++)
        {
            near.Do(
                "device near0",
                "sendto 255.255.255.255 9 10 2",
                "device near1",
                "sendto 255.255.255.255 9 30 1");
        }
        AssertFlows(
            tcptop,
            near.Cookie,
            ("255.255.255.255 near0", 40, 4, 0, 0),
            ("255.255.255.255 near1", 60, 2, 0, 0));
    }

    [Fact]
    public void An_address_that_is_one_machine_by_any_device_stays_one_flow_by_another()
    {
        using var link = new LinkedNamespaces(2);
        using var tcptop = StartTcptop();
        using var near = new DatagramCalls(4, link.Near);
        link.Near.Ip("route", "add", "10.80.0.2", "via", "10.77.0.2");
        near.Do("sendto 10.80.0.2 9 10 1");
        tcptop.WaitFor(near.Cookie, row => row.Interface == "near0", "it goes by the first");
        link.Near.Ip("route", "replace", "10.80.0.2", "via", "10.77.1.2");
        near.Do("sendto 10.80.0.2 9 10 1");
        tcptop.WaitFor(near.Cookie, row => row.Interface == "near1", "it goes by the second");
        AssertFlows(tcptop, near.Cookie, ("10.80.0.2 near1", 20, 2, 0, 0));
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("udp")]
    public void Text_tells_the_two_apart_and_JSON_and_CSV_have_plain_addresses_with_the_device(
        string protocol)
    {
        using var link = new LinkedNamespaces(2);
        using var udp = new DatagramCalls(6, link.Near);
        using var first = ConnectOnLink(link, 0);
        using var second = ConnectOnLink(link, 1);
        var port = protocol == "tcp" ? ClientPort : udp.Port;
        string[] filter = ["--" + protocol, "--local-port", $"{port}", "--interval", "0.2"];
        using var text = new RunningProcess(Programs.Tcptop, ["--batch", .. filter]);
        using var json = new RunningProcess(
            Programs.Tcptop, ["--batch", "--format", "json", .. filter]);
        using var csv = new RunningProcess(
            Programs.Tcptop, ["--batch", "--format", "csv", .. filter]);
        foreach (var each in new[] { text, json, csv })
        {
            Eventually.True(
                () =>
                {
                    udp.Do($"sendto {Far}%near0 9 10 1", $"sendto {Far}%near1 9 10 1");
                    return EndsIn(each, $"near0") && EndsIn(each, $"near1");
                },
                "both are shown");
        }
        var remotePort = protocol == "tcp" ? ServerPort : 9;
        foreach (var device in new[] { "near0", "near1" })
        {
            Assert.Contains(text.Lines, line => Has(line, $" [{Near}%{device}]:{port} ")
                && Has(line, $" [{Far}%{device}]:{remotePort} "));
            Assert.Contains(json.Lines, line => Has(line, $"\"remote_addr\":\"{Far}\"")
                && Has(line, $"\"local_addr\":\"{Near}\"")
                && Has(line, $"\"interface\":\"{device}\""));
            Assert.Contains(csv.Lines, line => Has(line, $",{Far},{remotePort},")
                && Has(line, $",{Near},{port},")
                && Has(line, $",{device},"));
        }
    }

    private static bool EndsIn(RunningProcess tcptop, string device) =>
        tcptop.Lines.Any(line => Has(line, Far) && Has(line, device));

    private static bool Has(string line, string text) =>
        line.Contains(text, StringComparison.Ordinal);

    private static TcptopProcess StartTcptop() => TcptopProcess.Start(0.2, "--udp-idle", "60");

    private static TcpPair ConnectOnLink(LinkedNamespaces link, int number)
    {
        using var listener = link.Far.Inside(
            () => TcpPair.Listen(
                new IPEndPoint(OnLink(Far, LinkedNamespaces.FarDevice(number)), ServerPort)));
        var client = link.Near.Inside(() =>
        {
            var socket = TcpPair.NewSocket(AddressFamily.InterNetworkV6);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(
                new IPEndPoint(OnLink(Near, LinkedNamespaces.NearDevice(number)), ClientPort));
            socket.Connect(
                new IPEndPoint(OnLink(Far, LinkedNamespaces.NearDevice(number)), ServerPort));
            return socket;
        });
        return new TcpPair(client, listener.Accept());
    }

    /// <summary>Inside the namespace: the device's index is one there.</summary>
    private static IPAddress OnLink(string address, string device) =>
        new(IPAddress.Parse(address).GetAddressBytes(), IndexOf(device));

    private static int IndexOf(string device) =>
        System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces()
            .First(each => each.Name == device)
            .GetIPProperties().GetIPv6Properties().Index;

    private static DatagramSocket ListenTo(IPAddress group, int port)
    {
        var isIPv6 = group.AddressFamily == AddressFamily.InterNetworkV6;
        var socket = new DatagramSocket(isIPv6 ? IPAddress.IPv6Any : IPAddress.Any, port);
        foreach (var number in new[] { 0, 1 })
        {
            if (isIPv6)
            {
                var option = new IPv6MulticastOption(
                    group, IndexOf(LinkedNamespaces.FarDevice(number)));
                socket.Socket.SetSocketOption(
                    SocketOptionLevel.IPv6, SocketOptionName.AddMembership, option);
            }
            else
            {
                var option = new MulticastOption(group, LinkedNamespaces.FarAddress(number));
                socket.Socket.SetSocketOption(
                    SocketOptionLevel.IP, SocketOptionName.AddMembership, option);
            }
        }
        return socket;
    }

    /// <summary>
    /// All flows of the socket: the peer and the device, then bytes and datagrams, out and in.
    /// </summary>
    private static void AssertFlows(
        TcptopProcess tcptop,
        string cookie,
        params (string Where, long BytesOut, long PacketsOut, long BytesIn, long PacketsIn)[] flows)
    {
        tcptop.WaitFor(cookie, _ => true, "the socket is shown");
        Assert.Equal(
            flows,
            tcptop.FreshAll(cookie)
                .Select(row => (
                    $"{row.RemoteAddress} {row.Interface}",
                    row.BytesOut!.Value,
                    row.PacketsOut!.Value,
                    row.BytesIn!.Value,
                    row.PacketsIn!.Value))
                .Order());
    }
}
