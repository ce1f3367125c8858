namespace Tcptop.Table;

/// <summary>
/// Picks the rows that come first. The order is total: rate in and out together, descending, then the connection's key, so that rows of
/// equal rate keep their places from refresh to refresh.
/// </summary>
internal sealed class RowOrder(RowStore rows) : IComparer<RowOrder.Entry>
{
    private Entry[] _entries = [];

    /// <summary>The rows' slots, the first <paramref name="limit"/> of them in order; valid until the next call.</summary>
    public ReadOnlySpan<Entry> First(int limit)
    {
        if (_entries.Length < rows.End)
            _entries = new Entry[Math.Max(rows.End, _entries.Length * 2)];
        var count = 0;
        for (var slot = 0; slot < rows.End; slot++)
        {
            ref var row = ref rows[slot];
            if (row.IsUsed)
                _entries[count++] = new Entry(row.RateTotal, slot);
        }
        var all = _entries.AsSpan(0, count);
        var wanted = Math.Min(limit, count);
        if (wanted < count)
            MoveFirstToFront(all, wanted);
        all[..wanted].Sort(this);
        return all[..wanted];
    }

    public int Compare(Entry x, Entry y)
    {
        var byRate = y.Rate.CompareTo(x.Rate);
        return byRate != 0 ? byRate : rows[x.Slot].Key.CompareTo(rows[y.Slot].Key);
    }

    /// <summary>
    /// A heap of the best so far at the front, the worst of them at its root: a screenful out of 100,000 rows needs one comparison for most rows.
    /// </summary>
    private void MoveFirstToFront(Span<Entry> all, int wanted)
    {
        if (wanted == 0)
            return;
        for (var parent = wanted / 2 - 1; parent >= 0; parent--)
            SiftDown(all[..wanted], parent);
        for (var at = wanted; at < all.Length; at++)
        {
            if (Compare(all[at], all[0]) >= 0)
                continue;
            (all[0], all[at]) = (all[at], all[0]);
            SiftDown(all[..wanted], 0);
        }
    }

    private void SiftDown(Span<Entry> heap, int parent)
    {
        while (true)
        {
            var worst = parent;
            for (var child = 2 * parent + 1; child <= 2 * parent + 2 && child < heap.Length; child++)
            {
                if (Compare(heap[child], heap[worst]) > 0)
                    worst = child;
            }
            if (worst == parent)
                return;
            (heap[parent], heap[worst]) = (heap[worst], heap[parent]);
            parent = worst;
        }
    }

    internal readonly record struct Entry(double Rate, int Slot);
}
