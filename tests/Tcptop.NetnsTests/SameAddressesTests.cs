using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>
/// Network namespaces have addresses and ports of their own: the same ones in two of them are different
/// connections.
/// </summary>
public sealed class SameAddressesTests
{
    // Of loopback, but nobody else's; and ports that the kernel gives to no one who does not ask for them.
    private const string Address = "127.213.0.1";
    private const string ClientAddress = "127.0.0.1";
    private const int ClientPort = 20_001;
    private const int ServerPort = 20_002;

    [Fact]
    public void Connections_between_the_same_addresses_in_two_namespaces_are_each_exact()
    {
        using var tcptop = TcptopProcess.Start();
        using var one = new NetworkNamespace();
        using var two = new NetworkNamespace();
        using var serverOfOne = one.Start(Programs.Traffic, "serve", Address, $"{ServerPort}", "70");
        using var serverOfTwo = two.Start(Programs.Traffic, "serve", Address, $"{ServerPort}", "9");
        serverOfOne.WaitForPort();
        serverOfTwo.WaitForPort();
        using var clientOfOne = one.Start(Programs.Traffic, "send", Address, $"{ServerPort}", "1501", $"{ClientPort}");
        using var clientOfTwo = two.Start(
            Programs.Traffic, "send", Address, $"{ServerPort}", "200003", $"{ClientPort}");
        foreach (var client in new[] { clientOfOne, clientOfTwo })
        {
            client.Input.WriteLine();
            client.WaitForLine("sent");
        }
        WaitForOwner(tcptop, one.Inode, serverOfOne, clientOfOne);
        WaitForOwner(tcptop, two.Inode, serverOfTwo, clientOfTwo);
        foreach (var client in new[] { clientOfOne, clientOfTwo })
        {
            client.Input.WriteLine();
            client.WaitForLine("done");
        }
        AssertClosed(tcptop, "tcp", one.Inode, sent: 1_501, reply: 70);
        AssertClosed(tcptop, "tcp", two.Inode, sent: 200_003, reply: 9);
    }

    [Fact]
    public void UDP_flows_between_the_same_addresses_in_two_namespaces_are_each_exact()
    {
        using var tcptop = TcptopProcess.Start(0.2, "--udp-idle", "60");
        using var one = new NetworkNamespace();
        using var two = new NetworkNamespace();
        using var serverOfOne = one.Start(Programs.Traffic, "udp-serve", Address, $"{ServerPort}");
        using var serverOfTwo = two.Start(Programs.Traffic, "udp-serve", Address, $"{ServerPort}");
        serverOfOne.WaitForPort();
        serverOfTwo.WaitForPort();
        using var clientOfOne = one.Start(
            Programs.Traffic, "udp-send", Address, $"{ServerPort}", "100", "3", $"{ClientPort}");
        using var clientOfTwo = two.Start(
            Programs.Traffic, "udp-send", Address, $"{ServerPort}", "1001", "20", $"{ClientPort}");
        WaitForOwner(tcptop, one.Inode, serverOfOne, clientOfOne);
        WaitForOwner(tcptop, two.Inode, serverOfTwo, clientOfTwo);
        foreach (var process in new[] { clientOfOne, clientOfTwo, serverOfOne, serverOfTwo })
        {
            process.Input.Close();
            process.WaitForExit();
        }
        Assert.All(AssertClosed(tcptop, "udp", one.Inode, sent: 300, reply: 0),
            row => Assert.Equal(3, row.PacketsIn + row.PacketsOut));
        Assert.All(AssertClosed(tcptop, "udp", two.Inode, sent: 20_020, reply: 0),
            row => Assert.Equal(20, row.PacketsIn + row.PacketsOut));
    }

    [Theory]
    [InlineData]
    [InlineData("--all")]
    public void A_namespace_that_vanishes_with_a_connection_and_a_flow_in_it_is_no_loss(params string[] flags)
    {
        using var tcptop = new RunningProcess(Programs.Tcptop, ["--batch", "--interval", "0.2", .. flags]);
        bool Shows(string protocol) => tcptop.Lines.Any(line => line.StartsWith(protocol, StringComparison.Ordinal)
            && line.Contains($"{Address}:{ServerPort}", StringComparison.Ordinal));
        tcptop.WaitForLine("PROTO");
        using (var ns = new NetworkNamespace())
        {
            using var server = ns.Start(Programs.Traffic, "serve", Address, $"{ServerPort}", "0");
            using var receiver = ns.Start(Programs.Traffic, "udp-serve", Address, $"{ServerPort}");
            server.WaitForPort();
            receiver.WaitForPort();
            using var client = ns.Start(Programs.Traffic, "send", Address, $"{ServerPort}", "10", $"{ClientPort}");
            client.WaitForPort();
            using var sender = ns.Start(
                Programs.Traffic, "udp-send", Address, $"{ServerPort}", "10", "2", $"{ClientPort}");
            Eventually.True(() => Shows("tcp") && Shows("udp"), "the connection and the flow are shown");
            // The name first, then the processes in it: for a moment nothing but a process leads there, then
            // nothing at all.
            Tool.Must("ip", "netns", "delete", ns.Name);
        }
        int Refreshes() => tcptop.Lines.Count(line => line.Contains(" connections (", StringComparison.Ordinal));
        var before = Refreshes();
        Eventually.True(() => Refreshes() >= before + 10, "ten more refreshes are shown");
        tcptop.Signal(RunningProcess.Terminate);
        Assert.Equal((0, ""), tcptop.WaitForExit());
        Assert.DoesNotContain(tcptop.Lines, line => line.Contains("LOST", StringComparison.Ordinal));
        Assert.DoesNotContain(tcptop.Lines.Skip(LineOfLastSummary(tcptop)),
            line => line.Contains($"{Address}:", StringComparison.Ordinal));
    }

    private static int LineOfLastSummary(RunningProcess tcptop) =>
        tcptop.Lines
            .Select((line, at) => (line, at))
            .Last(l => l.line.Contains(" connections (", StringComparison.Ordinal)).at;

    private static void WaitForOwner(TcptopProcess tcptop, long inode, RunningProcess server, RunningProcess client)
    {
        tcptop.WaitForLive(
            ServerPort, ClientPort,
            row => row.NetworkNamespace == inode && row.Pid == server.Id,
            $"the server's end in {inode} is its server's");
        tcptop.WaitForLive(
            ClientPort, ServerPort,
            row => row.NetworkNamespace == inode && row.Pid == client.Id,
            $"the client's end in {inode} is its client's");
    }

    /// <summary>The closed rows of a namespace: one for each end, to the byte.</summary>
    private static List<JsonRow> AssertClosed(TcptopProcess tcptop, string protocol, long inode, long sent, long reply)
    {
        bool IsWanted(JsonRow row) => row.Closed && row.Protocol == protocol && row.NetworkNamespace == inode;
        var rows = tcptop
            .WaitFor(rows => rows.Count(IsWanted) >= 2, $"both ends in {inode} are shown closed")
            .Where(IsWanted)
            .OrderBy(row => row.LocalPort)
            .ToList();
        Assert.Equal(
            [
                (ClientAddress, ClientPort, Address, ServerPort, sent, reply),
                (Address, ServerPort, ClientAddress, ClientPort, reply, sent),
            ],
            rows.Select(Facts));
        return rows;
    }

    private static (string, int, string, int, long, long) Facts(JsonRow row) =>
        (row.LocalAddress, row.LocalPort, row.RemoteAddress, row.RemotePort, row.BytesOut!.Value, row.BytesIn!.Value);
}
