using System.Threading.Channels;
using Tcptop.Collectors.Ebpf.Trace;
using Tcptop.Model;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>State changes as they happen, from the kernel to the channel.</summary>
public sealed class EventStreamTests
{
    [Fact]
    public async Task The_states_of_a_connection_come_in_order_and_nothing_stays_behind()
    {
        var channel = Channel.CreateUnbounded<CollectorEvent>();
        var options = new TraceOptions { Filter = new ConnectionFilter { Protocol = Protocol.Tcp } };
        await using var collector = new TraceCollector(options);
        collector.BootstrapExisting();
        await collector.StartAsync(channel.Writer, TestContext.Current.CancellationToken);
        Assert.Equal([CollectorEventKind.TcpSend, CollectorEventKind.TcpRecv, CollectorEventKind.TcpStateChange],
            collector.Description.Events);

        var pair = new LoopbackPair();
        pair.CloseInOrder();
        var client = await ReadUntilClosed(channel.Reader, pair.ClientPort, pair.ServerPort);
        await collector.StopAsync();

        Assert.Equal(
            [
                (TcpState.SynSent, TcpState.Established), (TcpState.Established, TcpState.FinWait1),
                (TcpState.FinWait1, TcpState.FinWait2), (TcpState.FinWait2, TcpState.Close),
            ],
            client.Select(e => (e.OldState!.Value, e.NewState!.Value)));
        Assert.All(client, e => Assert.Equal("127.0.0.1", e.Remote!.Value.Address.ToString()));
        Assert.All(client, e => Assert.Equal((uint)Environment.ProcessId, e.Pid));
        Assert.All(collector.Losses, loss => Assert.Equal(0UL, loss.Count));
        Assert.True(channel.Reader.Completion.IsCompleted || channel.Reader.TryPeek(out _));
    }

    /// <summary>The client's events; the first one, CLOSE to SYN_SENT, comes before the socket has its port.</summary>
    private static async Task<List<CollectorEvent>> ReadUntilClosed(
        ChannelReader<CollectorEvent> events, int localPort, int remotePort)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(TimeSpan.FromSeconds(20));
        var found = new List<CollectorEvent>();
        await foreach (var e in events.ReadAllAsync(bound.Token))
        {
            if (e.Kind != CollectorEventKind.TcpStateChange || e.Remote?.Port != remotePort
                || (e.Local.Port != localPort && e.NewState != TcpState.Close) || e.Local.Port == 0 && found.Count == 0)
                continue;
            found.Add(e);
            if (e.NewState == TcpState.Close)
                break;
        }
        return found;
    }
}
