using System.Net;
using System.Net.Sockets;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>What the traffic sent and received, and what tcptop says, to the byte.</summary>
public sealed class BytesExactTests
{
    [Fact]
    public void One_way_traffic_is_counted_to_the_byte_at_both_ends()
    {
        using var tcptop = TcptopProcess.Start();
        using var pair = new LoopbackPair();
        LoopbackPair.Transfer(pair.Client, pair.Server, 123_457);
        pair.CloseInOrder();
        AssertTotals(tcptop, pair, sentByClient: 123_457, sentByServer: 0);
    }

    [Fact]
    public async Task Traffic_both_ways_at_once_is_counted_to_the_byte()
    {
        using var tcptop = TcptopProcess.Start();
        using var pair = new LoopbackPair();
        var there = Task.Run(
            () => LoopbackPair.Transfer(pair.Client, pair.Server, 7_000_001), TestContext.Current.CancellationToken);
        LoopbackPair.Transfer(pair.Server, pair.Client, 3_000_017);
        await there;
        pair.CloseInOrder();
        AssertTotals(tcptop, pair, sentByClient: 7_000_001, sentByServer: 3_000_017);
    }

    [Fact]
    public void Fifty_megabytes_are_counted_to_the_byte()
    {
        using var tcptop = TcptopProcess.Start();
        using var pair = new LoopbackPair();
        LoopbackPair.Transfer(pair.Client, pair.Server, 50_000_000);
        pair.CloseInOrder();
        AssertTotals(tcptop, pair, sentByClient: 50_000_000, sentByServer: 0);
    }

    [Fact]
    public async Task What_sendfile_sends_is_counted_to_the_byte()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, new byte[1_234_567], TestContext.Current.CancellationToken);
            using var tcptop = TcptopProcess.Start();
            using var pair = new LoopbackPair();
            var sending = Task.Run(() => pair.Client.SendFile(file), TestContext.Current.CancellationToken);
            LoopbackPair.Receive(pair.Server, 1_234_567);
            await sending;
            pair.CloseInOrder();
            AssertTotals(tcptop, pair, sentByClient: 1_234_567, sentByServer: 0);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void IPv6_traffic_is_counted_to_the_byte_under_its_addresses()
    {
        using var tcptop = TcptopProcess.Start();
        using var pair = new LoopbackPair(IPAddress.IPv6Loopback);
        LoopbackPair.Transfer(pair.Client, pair.Server, 10_007);
        pair.CloseInOrder();
        var (client, server) = AssertTotals(tcptop, pair, sentByClient: 10_007, sentByServer: 0);
        Assert.Equal("::1", client.LocalAddress);
        Assert.Equal("::1", server.RemoteAddress);
    }

    [Fact]
    public void An_IPv4_mapped_peer_is_shown_as_IPv4()
    {
        using var tcptop = TcptopProcess.Start();
        using var pair = new LoopbackPair(IPAddress.Loopback, dualMode: true);
        LoopbackPair.Transfer(pair.Client, pair.Server, 4_099);
        pair.CloseInOrder();
        var (client, server) = AssertTotals(tcptop, pair, sentByClient: 4_099, sentByServer: 0);
        Assert.All(new[] { client.LocalAddress, client.RemoteAddress, server.LocalAddress, server.RemoteAddress },
            a => Assert.Equal("127.0.0.1", a));
    }

    [Fact]
    public void A_connection_older_than_the_program_has_exact_totals_from_its_own_birth()
    {
        using var pair = new LoopbackPair();
        LoopbackPair.Transfer(pair.Client, pair.Server, 1_000_003);
        using var tcptop = TcptopProcess.Start();
        var before = tcptop.WaitForLive(pair.ClientPort, pair.ServerPort, row => row.BytesOut == 1_000_003,
            "it shows what was sent before it began");
        Assert.Null(before.Age);
        LoopbackPair.Transfer(pair.Client, pair.Server, 500);
        LoopbackPair.Transfer(pair.Server, pair.Client, 77);
        pair.CloseInOrder();
        AssertTotals(tcptop, pair, sentByClient: 1_000_503, sentByServer: 77);
    }

    [Fact]
    public void A_live_connection_shows_its_exact_totals_and_state_on_the_way()
    {
        using var tcptop = TcptopProcess.Start();
        using var pair = new LoopbackPair();
        LoopbackPair.Transfer(pair.Client, pair.Server, 5_000);
        var client = tcptop.WaitForLive(
            pair.ClientPort, pair.ServerPort, row => row.BytesOut == 5_000, "it shows 5,000 bytes out");
        var server = tcptop.WaitForLive(
            pair.ServerPort, pair.ClientPort, row => row.BytesIn == 5_000, "it shows 5,000 bytes in");
        Assert.Equal("ESTABLISHED", client.State);
        Assert.Equal("tcp", server.Protocol);
        Assert.InRange(client.RttUs!.Value, 1, 1_000_000);

        pair.Client.Shutdown(SocketShutdown.Send);
        var halfClosed = tcptop.WaitForLive(pair.ServerPort, pair.ClientPort, row => row.State == "CLOSE_WAIT",
            "the receiver of a FIN is in CLOSE_WAIT");
        Assert.Equal(5_000, halfClosed.BytesIn);
    }

    [Fact]
    public void Rates_are_absent_at_first_and_then_those_of_the_traffic()
    {
        using var tcptop = TcptopProcess.Start();
        using var pair = new LoopbackPair();
        var first = tcptop.WaitForLive(pair.ClientPort, pair.ServerPort, _ => true, "it shows the connection");
        Assert.Null(first.RateOut);
        LoopbackPair.Transfer(pair.Client, pair.Server, 1_000_000);
        tcptop.WaitForLive(pair.ClientPort, pair.ServerPort, row => row.RateOut > 1_000, "it shows a rate out");
        tcptop.WaitForLive(pair.ClientPort, pair.ServerPort, row => row is { RateOut: 0, BytesOut: 1_000_000 },
            "the rate falls to 0 when nothing moves");
    }

    private static (JsonRow Client, JsonRow Server) AssertTotals(
        TcptopProcess tcptop, LoopbackPair pair, long sentByClient, long sentByServer)
    {
        var client = tcptop.WaitForClosed(pair.ClientPort, pair.ServerPort);
        var server = tcptop.WaitForClosed(pair.ServerPort, pair.ClientPort);
        Assert.Equal((sentByClient, sentByServer), (client.BytesOut, client.BytesIn));
        Assert.Equal((sentByServer, sentByClient), (server.BytesOut, server.BytesIn));
        Assert.All(new[] { client, server }, row => Assert.Equal(Environment.ProcessId, row.Pid));
        return (client, server);
    }
}
