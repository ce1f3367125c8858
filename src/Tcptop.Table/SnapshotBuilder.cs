using System.Buffers;
using Tcptop.Model;

namespace Tcptop.Table;

/// <summary>
/// Makes snapshots of a table, keeping its working memory from one to the next. Same thread as the table. Under a filter, one snapshot a
/// refresh: what matching rows moved since the start is added up from what they moved in each.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="filter">The rows that snapshots have, count and add up; null: all.</param>
/// <param name="facts">For the filter.</param>
public sealed class SnapshotBuilder(ConnectionTable table, ConnectionFilter? filter = null, IHostFacts? facts = null)
{
    private readonly RowOrder _order = new(table.Rows);
    private readonly ConnectionFilter? _filter = filter is { IsNone: false } ? filter : null;
    private uint _addedUp;
    private ulong _totalBytesIn;
    private ulong _totalBytesOut;

    /// <summary>Whether the table is given UDP at all.</summary>
    public bool IsUdpCounted { get; init; } = true;

    /// <param name="timestamp">Wall-clock time of the refresh.</param>
    /// <param name="maxRows">How many rows at the most, the first in order; counts and totals are of all that the filter wants.</param>
    /// <param name="losses">The collector's.</param>
    public Snapshot Build(DateTimeOffset timestamp, int maxRows, IReadOnlyList<Loss> losses)
    {
        var live = Choose(out var refreshBytesIn, out var refreshBytesOut);
        var totals = _filter is null ? table.Totals : AddUp(refreshBytesIn, refreshBytesOut);
        var entries = _order.First(maxRows);
        var rows = ArrayPool<ConnectionRecord>.Shared.Rent(entries.Length);
        for (var i = 0; i < entries.Length; i++)
            rows[i] = table.Rows[entries[i].Slot].ToRecord(table.Refresh);
        return Snapshot.Of(rows, entries.Length, live, timestamp, totals, NonZero(losses), IsUdpCounted);
    }

    /// <summary>Gives the rows that are wanted to the order; counts those that live, and adds up what all of them moved in this refresh.</summary>
    private RowCounts Choose(out ulong refreshBytesIn, out ulong refreshBytesOut)
    {
        var live = new RowCounts();
        (refreshBytesIn, refreshBytesOut) = (0, 0);
        _order.Clear();
        for (var slot = 0; slot < table.Rows.End; slot++)
        {
            ref var row = ref table.Rows[slot];
            if (!row.IsUsed || row.IsMissing(table.Refresh) || _filter?.Matches(row, table.Refresh, facts) == false)
                continue;
            _order.Add(slot);
            if (!row.IsClosed)
                live.Add(row.Protocol, row.State, row.HasCounters);
            if (row.SeenInRefresh != table.Refresh)
                continue;
            refreshBytesIn += row.RefreshBytes.In;
            refreshBytesOut += row.RefreshBytes.Out;
        }
        return live;
    }

    /// <summary>What a row moved before the filter could know that it is wanted, as before its owner was found, is not in it.</summary>
    private HostTotals AddUp(ulong refreshBytesIn, ulong refreshBytesOut)
    {
        if (_addedUp != table.Refresh)
        {
            _totalBytesIn += refreshBytesIn;
            _totalBytesOut += refreshBytesOut;
            _addedUp = table.Refresh;
        }
        return new HostTotals(_totalBytesIn, _totalBytesOut, table.RateOver(refreshBytesIn), table.RateOver(refreshBytesOut));
    }

    private List<Loss> NonZero(IReadOnlyList<Loss> losses)
    {
        var result = new List<Loss>();
        foreach (var loss in losses)
        {
            if (loss.Count != 0)
                result.Add(loss);
        }
        if (table.VanishedLoss.Count != 0)
            result.Add(table.VanishedLoss);
        return result;
    }
}
