using Tcptop.Model;

namespace Tcptop.Table;

/// <summary>
/// The rows of the latest refresh that the program's filter wants, their counts and what they moved. What
/// matching rows moved since the start is added up from what they moved in each refresh.
/// </summary>
internal sealed class RefreshRows(ConnectionTable table, ConnectionFilter? filter)
{
    private readonly ConnectionFilter? _filter = filter is { IsNone: false } ? filter : null;
    private int[] _slots = [];
    private int _count;
    private uint _addedUp;
    private ulong _totalBytesIn;
    private ulong _totalBytesOut;

    public ReadOnlySpan<int> Slots => _slots.AsSpan(0, _count);

    /// <summary>Of the rows that live.</summary>
    public RowCounts Live { get; private set; }

    public HostTotals Totals { get; private set; }

    /// <summary>Looks at the table anew.</summary>
    public void Take()
    {
        var live = new RowCounts();
        var (refreshBytesIn, refreshBytesOut) = (0UL, 0UL);
        var rows = table.Rows;
        _slots = Room.For(rows.End, _slots);
        _count = 0;
        for (var slot = rows.NextUsed(0); slot >= 0; slot = rows.NextUsed(slot + 1))
        {
            ref var row = ref rows[slot];
            if (row.IsMissing(table.Refresh) || _filter?.Matches(row.Record) == false)
                continue;
            _slots[_count++] = slot;
            if (!row.Record.IsClosed)
                live.Add(row.Record);
            if (row.SeenInRefresh != table.Refresh)
                continue;
            refreshBytesIn += row.RefreshBytes.In;
            refreshBytesOut += row.RefreshBytes.Out;
        }
        Live = live;
        Totals = _filter is null ? table.Totals : AddUp(refreshBytesIn, refreshBytesOut);
    }

    /// <summary>Losses that happened, the collector's and the table's.</summary>
    public List<Loss> NonZero(IReadOnlyList<Loss> losses)
    {
        var result = new List<Loss>();
        var vanished = table.VanishedLoss;
        foreach (var loss in losses)
        {
            // The collector may have found such, too.
            if (loss.Name == vanished.Name)
                vanished = loss with { Count = loss.Count + vanished.Count };
            else if (loss.Count != 0)
                result.Add(loss);
        }
        if (vanished.Count != 0)
            result.Add(vanished);
        return result;
    }

    /// <summary>
    /// What a row moved before the filter could know that it is wanted, as before its owner was found, is not
    /// in it.
    /// </summary>
    private HostTotals AddUp(ulong refreshBytesIn, ulong refreshBytesOut)
    {
        if (_addedUp != table.Refresh)
        {
            _totalBytesIn += refreshBytesIn;
            _totalBytesOut += refreshBytesOut;
            _addedUp = table.Refresh;
        }
        return new HostTotals(
            _totalBytesIn, _totalBytesOut, table.RateOver(refreshBytesIn), table.RateOver(refreshBytesOut));
    }
}
