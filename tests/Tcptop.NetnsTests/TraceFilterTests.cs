using System.Globalization;
using System.Net;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>A filter of the trace lets through what it asks for and nothing else.</summary>
public sealed class TraceFilterTests : IDisposable
{
    private readonly DatagramSocket _one = new(IPAddress.Loopback);
    private readonly DatagramSocket _two = new(IPAddress.Loopback);

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
    }

    [Fact]
    public void Ports_are_a_choice_at_the_end_that_they_are_asked_for()
    {
        var (one, two) = (Text(_one.Port), Text(_two.Port));
        Assert.Equal(["recv one two", "recv two one", "send one two", "send two one"], Seen("--port", one));
        Assert.Equal(["recv one two", "send one two"], Seen("--local-port", one));
        Assert.Equal(["recv two one", "send two one"], Seen("--remote-port", one));
        Assert.Equal(
            ["recv two one", "send two one"], Seen("--local-port", two, "--remote-port", one, "--remote-port", "9"));
        Assert.Equal(["recv one two", "recv two one", "send one two", "send two one"],
            Seen("--local-port", two, "--local-port", one));
    }

    [Fact]
    public void A_process_is_found_by_its_id_and_by_part_of_its_name_in_any_case()
    {
        var name = File.ReadAllText("/proc/self/comm").TrimEnd('\n');
        var all = Seen("--port", Text(_one.Port), "--pid", Text(Environment.ProcessId), "--pid", "1");
        Assert.Equal(4, all.Length);
        foreach (var part in new[] { name, name.ToUpperInvariant(), name.ToLowerInvariant(), name[..1], name[^3..],
            name[3..6] })
            Assert.Equal(all, Seen("--port", Text(_one.Port), "--process", "no such", "--process", part));
    }

    [Fact]
    public void A_name_that_only_resembles_lets_nothing_through()
    {
        var name = File.ReadAllText("/proc/self/comm").TrimEnd('\n');
        using var server = new RunningProcess(
            Programs.Traffic, "name", "6F74686572", "udp-serve", "127.0.0.1", Text(OwnPorts.Next()));
        var port = server.WaitForPort();
        using var trace = TraceProcess.Start(
            () => _one.SendTo(IPAddress.Loopback, port, 1),
            ["--udp", "--port", Text(port), "--port", Text(_one.Port), "--process", name + "x", "--process", "OTHER",
                "--process", "otherx"]);
        Exchange();
        Assert.All(trace.Stop().Rows, row => Assert.Equal("other", row.Process));
    }

    [Fact]
    public void A_device_is_known_by_its_name_in_every_network_namespace_and_by_its_new_one_when_it_is_renamed()
    {
        using var ns = new NetworkNamespace();
        using var server = ns.Start(Programs.Traffic, "serve", ns.InsideAddress, "0", "0");
        var port = Text(server.WaitForPort());
        void Connect()
        {
            using var client = new RunningProcess(Programs.Traffic, "send", ns.InsideAddress, port, "5");
            client.Input.WriteLine();
            client.WaitForLine("sent");
            client.Input.WriteLine();
            client.WaitForLine("done");
        }

        using var outside = TraceProcess.Start(Connect, "--tcp", "--port", port, "--interface", ns.OutsideInterface);
        using var inside = TraceProcess.Start(
            Connect, "--tcp", "--port", port, "--interface", "eth0", "--interface", "none");
        using var renamed = TraceProcess.Start(
            () =>
            {
                Rename(ns.OutsideInterface, ns.OutsideInterface + "x", ns.OutsideAddress);
                Connect();
                Rename(ns.OutsideInterface + "x", ns.OutsideInterface, ns.OutsideAddress);
            },
            "--tcp", "--port", port, "--interface", ns.OutsideInterface + "x");
        Assert.All(outside.Stop().Rows, row => Assert.Equal(ns.OutsideAddress, row.LocalAddress));
        Assert.All(inside.Stop().Rows,
            row => Assert.Equal((ns.InsideAddress, ns.Inode), (row.LocalAddress, row.NetworkNamespace)));
        Assert.All(renamed.Stop().Rows, row => Assert.Equal(ns.OutsideAddress, row.LocalAddress));
    }

    [Fact]
    public void Datagrams_of_a_socket_without_a_route_pass_by_the_device_that_they_use()
    {
        using var ns = new NetworkNamespace();
        using var socket = new DatagramSocket(IPAddress.Any);
        var here = ns.OutsideAddress;
        void Exchange()
        {
            socket.SendTo(IPAddress.Parse(ns.InsideAddress), 9, 1);
            socket.SendTo(IPAddress.Loopback, _one.Port, 2);
            using var sender = ns.Start(Programs.Traffic, "udp-send", here, Text(socket.Port), "3", "1");
            sender.Input.Close();
            sender.WaitForLine("done");
            ReceiveFrom(socket);
            _one.SendTo(IPAddress.Loopback, socket.Port, 4);
            ReceiveFrom(socket);
        }

        string[] Kinds(params string[] devices)
        {
            var filters = devices.SelectMany(device => new[] { "--interface", device });
            using var trace = TraceProcess.Start(
                Exchange, ["--udp", "--local-port", Text(socket.Port), .. filters]);
            Exchange();
            var calls = trace.Stop().Rows.Select(row => row.What.Split(' '));
            return [.. calls.Select(words => $"{words[1]} {words[^1]}").Distinct().Order()];
        }

        Assert.Equal(["recv 3", "send 1"], Kinds(ns.OutsideInterface));
        Assert.Equal(["recv 4", "send 2"], Kinds("lo"));
        Assert.Equal(["recv 3", "recv 4", "send 1", "send 2"], Kinds("lo", ns.OutsideInterface));
    }

    [Fact]
    public void A_protocol_leaves_the_other_out()
    {
        using var tcp = TraceProcess.Start(Beacon, "--tcp", "--pid", Text(Environment.ProcessId));
        using var udp = TraceProcess.Start(Beacon, "--udp", "--pid", Text(Environment.ProcessId));
        Beacon();
        Assert.All(tcp.Stop().Rows, row => Assert.StartsWith("tcp ", row.What, StringComparison.Ordinal));
        Assert.All(udp.Stop().Rows, row => Assert.StartsWith("udp ", row.What, StringComparison.Ordinal));
    }

    private static void Rename(string from, string to, string address)
    {
        Tool.Must("ip", "link", "set", from, "down");
        Tool.Must("ip", "link", "set", from, "name", to);
        Tool.Must("ip", "link", "set", to, "up");
        Tool.Run("ip", "address", "add", address + "/30", "dev", to);
    }

    private void Beacon()
    {
        Exchange();
        using var pair = new LoopbackPair();
    }

    /// <summary>A datagram each way.</summary>
    private void Exchange()
    {
        _one.SendTo(IPAddress.Loopback, _two.Port, 1);
        ReceiveFrom(_two);
        _two.SendTo(IPAddress.Loopback, _one.Port, 1);
        ReceiveFrom(_one);
    }

    /// <summary>
    /// Of an exchange, what a filter lets through: the kind of call, and the ends by their names here; in
    /// order.
    /// </summary>
    private string[] Seen(params string[] filter)
    {
        using var trace = TraceProcess.Start(Exchange, ["--udp", .. filter]);
        // Of the one that it saw first it may have missed a part.
        Exchange();
        string End(string port) => port == Text(_one.Port) ? "one" : port == Text(_two.Port) ? "two" : port;
        var calls = trace.Stop().Rows.Select(row => row.What.Split(' '));
        return [.. calls.Select(words => $"{words[1]} {End(words[2])} {End(words[3])}").Distinct().Order()];
    }

    private static void ReceiveFrom(DatagramSocket socket)
    {
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        socket.Socket.ReceiveFrom(new byte[100], ref from);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
