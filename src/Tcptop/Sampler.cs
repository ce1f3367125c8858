using Tcptop.Collectors.Ebpf;
using Tcptop.Model;
using Tcptop.Table;

namespace Tcptop;

/// <summary>Takes a refresh from the collector into the table, and a snapshot out of it. One thread at a time.</summary>
/// <param name="collector">Where connections come from.</param>
/// <param name="clock">Tells the wall-clock time of a refresh.</param>
/// <param name="filter">The connections that snapshots have.</param>
/// <param name="names">What is asked about rows has losses, too.</param>
internal sealed class Sampler(INetworkCollector collector, TimeProvider clock, ConnectionFilter filter, IHostFacts names)
{
    private readonly ConnectionTable _table = new();
    private readonly HeapTrim _heap = new();
    private SnapshotBuilder? _builder;

    public Snapshot Sample(int maxRows)
    {
        _table.BeginRefresh(MonotonicClock.NowNs);
        collector.Collect(_table);
        _table.EndRefresh();
        _heap.AfterRefresh(_table.Count);
        _builder ??= new SnapshotBuilder(_table, filter) { IsUdpCounted = collector.Description.Measures.Contains(Protocol.Udp) };
        return _builder.Build(clock.GetUtcNow(), maxRows, [.. collector.Losses, names.Unanswered]);
    }
}
