namespace Tcptop.Table;

/// <summary>
/// Picks the rows that come first, out of those added. The order is total: rate in and out together, descending, then the connection's key, so
/// that rows of equal rate keep their places from refresh to refresh. Rows without counters come after all others.
/// </summary>
internal sealed class RowOrder(RowStore rows) : IComparer<RowOrder.Entry>
{
    /// <summary>Less than any rate is.</summary>
    private const double WithoutCounters = -1;

    private Entry[] _entries = [];
    private int _count;

    /// <summary>Forgets what was added, and makes room for all rows.</summary>
    public void Clear()
    {
        if (_entries.Length < rows.End)
            _entries = new Entry[Math.Max(rows.End, _entries.Length * 2)];
        _count = 0;
    }

    public void Add(int slot)
    {
        ref var row = ref rows[slot];
        _entries[_count++] = new Entry(row.HasCounters ? row.RateTotal : WithoutCounters, slot);
    }

    /// <summary>The slots added, the first <paramref name="limit"/> of them in order; valid until the next <see cref="Clear"/>.</summary>
    public ReadOnlySpan<Entry> First(int limit)
    {
        var all = _entries.AsSpan(0, _count);
        var wanted = Math.Min(limit, _count);
        if (wanted < _count)
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
