using System.Net;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>The table of UDP flows is bounded; what it has no room for is in no flow's row, but not lost.</summary>
public sealed class UdpTableTests
{
    private const int TableSize = 65_536;

    [Fact]
    public void Datagrams_to_more_peers_than_the_table_holds_are_all_counted()
    {
        const int Peers = TableSize + 5_000;
        const int PortsPerAddress = 20_000;
        // One refresh sees it all: what comes between two refreshes cannot be made room for.
        using var tcptop = TcptopProcess.Start(interval: 4);
        using var sender = new DatagramSocket(IPAddress.Loopback);
        for (var i = 0; i < Peers; i++)
            sender.SendTo(IPAddress.Parse($"127.0.0.{2 + i / PortsPerAddress}"), 1_025 + i % PortsPerAddress, 10);

        var rows = tcptop.WaitFor(
            rows => rows.Any(row => IsRest(row, sender.Port))
                && LastOfEach(rows, sender.Port).Sum(row => row.PacketsOut) >= Peers,
            "all datagrams are in some row");
        var last = LastOfEach(rows, sender.Port);
        Assert.Equal((Peers, Peers * 10L), (last.Sum(row => row.PacketsOut), last.Sum(row => row.BytesOut)));
        Assert.InRange(last.Count, TableSize - 1_000, TableSize + 1);
        Assert.All(last, row => Assert.Equal(Environment.ProcessId, row.Pid));
    }

    private static bool IsRest(JsonRow row, int localPort) =>
        row is { Protocol: "udp", RemoteAddress: "0.0.0.0", RemotePort: 0 } && row.LocalPort == localPort;

    private static List<JsonRow> LastOfEach(IEnumerable<JsonRow> rows, int localPort) =>
    [
        .. rows
            .Where(row => row.Protocol == "udp" && row.LocalPort == localPort)
            .GroupBy(row => (row.RemoteAddress, row.RemotePort))
            .Select(flow => flow.Last()),
    ];
}
