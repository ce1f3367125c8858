using Tcptop.Model;

namespace Tcptop.Table;

/// <summary>
/// The rows that the program's filter wants, their counts, what they moved, and their places in an order. Kept from one
/// refresh to the next, of which only what it has touched is looked at.
/// </summary>
internal sealed class WantedRows(ConnectionTable table, ConnectionFilter? filter)
{
    private readonly ConnectionFilter? _filter = filter is { IsNone: false } ? filter : null;
    private readonly HostAnswers _noHost = new(null);
    private readonly List<Mark[]> _marks = [];
    private RowOrder.Entry[] _entries = [];
    private int _count;
    private SortOrder? _order;
    private RowCounts _live;
    private uint _refresh;
    private uint _addedUp;
    private ulong _totalBytesIn;
    private ulong _totalBytesOut;

    /// <summary>In no order; valid until the next refresh. Their keys are those of <see cref="OrderBy"/>.</summary>
    public ReadOnlySpan<RowOrder.Entry> Entries => _entries.AsSpan(0, _count);

    /// <summary>Of the rows that live.</summary>
    public RowCounts Live => _live;

    public HostTotals Totals { get; private set; }

    /// <summary>Of a row that is wanted; null: it is not, or not any more.</summary>
    public RowOrder.Entry? Find(int slot) => MarkOf(slot).At is > 0 and var at ? _entries[at - 1] : null;

    /// <summary>Looks at what the table's latest refresh has touched.</summary>
    public void Take()
    {
        if (table.Refresh == _refresh + 1)
        {
            foreach (var slot in table.Freed)
                Remove(slot);
            foreach (var slot in table.Touched)
                Look(slot);
        }
        else if (table.Refresh != _refresh)
        {
            StartOver();
        }
        _refresh = table.Refresh;
        var blocks = table.Rows.End / SlotStore<ConnectionRow>.BlockSlots;
        if (_marks.Count > blocks)
            _marks.RemoveRange(blocks, _marks.Count - blocks);
        _entries = Room.Keep(_count, _entries);
        Totals = _filter is null ? table.Totals : AddUp();
    }

    /// <summary>
    /// Gives the entries the keys of this order, but where they have them. What the host says may have changed.
    /// </summary>
    public void OrderBy(SortOrder order, HostAnswers host)
    {
        if (_order == order)
            return;
        _order = null;
        for (var i = 0; i < _count; i++)
            _entries[i] = new RowOrder.Entry(SortKey.Of(table.Rows, _entries[i].Slot, order, host), _entries[i].Slot);
        if (order.Field.Asks == HostFact.None && !order.Field.MovesWithTime)
            _order = order;
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

    private void StartOver()
    {
        _marks.Clear();
        _count = 0;
        _live = default;
        for (var slot = table.Rows.NextUsed(0); slot >= 0; slot = table.Rows.NextUsed(slot + 1))
            Look(slot);
    }

    /// <summary>A row that is new, or not as it was.</summary>
    private void Look(int slot)
    {
        // What was touched may have been freed since.
        if (!table.Rows.IsUsed(slot))
            return;
        ref var row = ref table.Rows[slot];
        if (row.IsMissing(table.Refresh) || row.IsBlank || !PassesFilter(slot))
        {
            Remove(slot);
            return;
        }
        ref var mark = ref MarkOf(slot);
        var kind = row.Kind;
        if (mark.At == 0)
        {
            if (_count == _entries.Length)
                Array.Resize(ref _entries, Math.Max(16, _count + _count / 2));
            mark = new Mark(++_count, RowKind.None);
        }
        if (mark.Kind != kind)
        {
            _live.Move(mark.Kind, kind);
            mark = mark with { Kind = kind };
        }
        var key = _order is { } order ? SortKey.Of(table.Rows, slot, order, _noHost) : default;
        _entries[mark.At - 1] = new RowOrder.Entry(key, slot);
    }

    private void Remove(int slot)
    {
        ref var mark = ref MarkOf(slot);
        if (mark.At == 0)
            return;
        _live.Move(mark.Kind, RowKind.None);
        // The last one takes its place.
        var last = _entries[--_count];
        _entries[mark.At - 1] = last;
        MarkOf(last.Slot).At = mark.At;
        mark = default;
    }

    private bool PassesFilter(int slot)
    {
        if (_filter is null)
            return true;
        table.Rows.Read(slot, out var record);
        return _filter.Matches(record);
    }

    private ref Mark MarkOf(int slot)
    {
        while (slot / SlotStore<ConnectionRow>.BlockSlots >= _marks.Count)
            _marks.Add(new Mark[SlotStore<ConnectionRow>.BlockSlots]);
        return ref _marks[slot / SlotStore<ConnectionRow>.BlockSlots][slot % SlotStore<ConnectionRow>.BlockSlots];
    }

    /// <summary>
    /// What a row moved before the filter could know that it is wanted, as before its owner was found, is not
    /// in it.
    /// </summary>
    private HostTotals AddUp()
    {
        var (refreshBytesIn, refreshBytesOut) = (0UL, 0UL);
        foreach (var slot in table.Touched)
        {
            if (MarkOf(slot).At == 0 || table.Rows[slot].SeenInRefresh != table.Refresh)
                continue;
            refreshBytesIn += table.Rows[slot].RefreshBytes.In;
            refreshBytesOut += table.Rows[slot].RefreshBytes.Out;
        }
        if (_addedUp != table.Refresh)
        {
            _totalBytesIn += refreshBytesIn;
            _totalBytesOut += refreshBytesOut;
            _addedUp = table.Refresh;
        }
        return new HostTotals(
            _totalBytesIn, _totalBytesOut, table.RateOver(refreshBytesIn), table.RateOver(refreshBytesOut));
    }

    /// <param name="At">One more than the place of its entry; 0: it is not wanted.</param>
    /// <param name="Kind">What it is counted as.</param>
    private record struct Mark(int At, RowKind Kind);
}
