namespace Tcptop.Table;

/// <summary>
/// Picks a window of rows out of those added, in order. The order is total: the column, then the connection's
/// key, so that rows alike keep their places from refresh to refresh. Only the window is sorted; the rest is
/// parted into what comes before it and after.
/// </summary>
internal sealed class RowOrder : IComparer<RowOrder.Entry>
{
    /// <summary>As few are sorted at once.</summary>
    private const int Few = 16;

    private Entry[] _entries = [];
    private TableRows _rows = new();
    private Comparison<int>? _byRestOfWords;
    private bool _isDescending;

    private int _latestStart;
    private int _latestCount;

    public int Count { get; private set; }

    /// <summary>All that were added, in no order.</summary>
    public ReadOnlySpan<Entry> All => _entries.AsSpan(0, Count);

    /// <summary>The window that was cut last.</summary>
    public ReadOnlySpan<Entry> Latest => _entries.AsSpan(_latestStart, _latestCount);

    /// <summary>Forgets what was added.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="isDescending">The order.</param>
    /// <param name="byRestOfWords">Of two slots whose words are longer than a key: which comes first. Null:
    /// keys say all.</param>
    public void Clear(TableRows rows, bool isDescending = true, Comparison<int>? byRestOfWords = null)
    {
        _rows = rows;
        _isDescending = isDescending;
        _byRestOfWords = byRestOfWords;
        Count = 0;
    }

    /// <summary>Words that are longer than a key decide, too.</summary>
    public bool ComparesWords => _byRestOfWords is not null;

    /// <summary>These alone, none of what was added before; the order stays.</summary>
    public void Fill(ReadOnlySpan<Entry> entries)
    {
        if (_entries.Length < entries.Length)
            _entries = new Entry[entries.Length];
        entries.CopyTo(_entries);
        Count = entries.Length;
    }

    /// <summary>What was added or cut is not needed any more.</summary>
    public void GiveBack()
    {
        _entries = Room.For(Count, _entries);
        Count = 0;
    }

    public void Add(in Entry entry)
    {
        if (Count == _entries.Length)
            Array.Resize(ref _entries, Math.Max(Few, 2 * Count));
        _entries[Count++] = entry;
    }

    /// <summary>How many of these come before that one.</summary>
    public int RankIn(ReadOnlySpan<Entry> entries, in Entry wanted)
    {
        var rank = 0;
        foreach (ref readonly var entry in entries)
        {
            if (Compare(entry, wanted) < 0)
                rank++;
        }
        return rank;
    }

    /// <summary>
    /// The slots from rank <paramref name="start"/> on, as many as there are up to <paramref name="count"/>;
    /// valid until the next <see cref="Clear"/>.
    /// </summary>
    public ReadOnlySpan<Entry> Window(int start, int count)
    {
        start = Math.Clamp(start, 0, Count);
        count = Math.Clamp(count, 0, Count - start);
        var all = _entries.AsSpan(0, Count);
        if (start > 0)
            Part(all, start);
        var rest = all[start..];
        if (count < rest.Length)
            Part(rest, count);
        rest[..count].Sort(this);
        (_latestStart, _latestCount) = (start, count);
        return Latest;
    }

    public int Compare(Entry x, Entry y)
    {
        if (x.Key.First != y.Key.First)
            return x.Key.First < y.Key.First ? -1 : 1;
        return CompareRest(x, y);
    }

    private int CompareRest(in Entry x, in Entry y)
    {
        var byKey = x.Key.CompareTo(y.Key);
        if (_byRestOfWords is { } byRest && x.Key.IsCut(_isDescending) && x.Key.Second == y.Key.Second)
        {
            var byWords = byRest(x.Slot, y.Slot);
            if (byWords != 0)
                return byWords;
        }
        return byKey != 0 ? byKey : _rows.KeyOf(x.Slot).CompareTo(_rows.KeyOf(y.Slot));
    }

    /// <summary>Moves the first <paramref name="count"/> in order to the front, in any order: quickselect.</summary>
    private void Part(Span<Entry> entries, int count)
    {
        while (entries.Length > Few && count > 0 && count < entries.Length)
        {
            var below = PartAt(entries, Pivot(entries));
            if (count <= below)
            {
                entries = entries[..below];
                continue;
            }
            entries = entries[below..];
            count -= below;
        }
        if (count > 0 && count < entries.Length)
            entries.Sort(this);
    }

    /// <summary>Hoare's scheme: neither part is ever empty, whatever the entries are.</summary>
    private int PartAt(Span<Entry> entries, in Entry pivot)
    {
        var (low, high) = (-1, entries.Length);
        while (true)
        {
            do
                low++;
            while (Compare(entries[low], pivot) < 0);
            do
                high--;
            while (Compare(entries[high], pivot) > 0);
            if (low >= high)
                return high + 1;
            (entries[low], entries[high]) = (entries[high], entries[low]);
        }
    }

    /// <summary>
    /// The middle one of nine from all over, but never the last, which would part nothing off. Rows come in
    /// no order that a stranger chooses, so nothing more is done against orders that are bad for it.
    /// </summary>
    private Entry Pivot(Span<Entry> entries)
    {
        var step = entries.Length / 9;
        var median = Median(
            Median(entries[0], entries[step], entries[step * 2]),
            Median(entries[step * 3], entries[step * 4], entries[step * 5]),
            Median(entries[step * 6], entries[step * 7], entries[step * 8]));
        return median;
    }

    private Entry Median(in Entry a, in Entry b, in Entry c)
    {
        if (Compare(a, b) < 0)
            return Compare(b, c) < 0 ? b : Compare(a, c) < 0 ? c : a;
        return Compare(a, c) < 0 ? a : Compare(b, c) < 0 ? c : b;
    }

    internal readonly record struct Entry(SortKey Key, int Slot);
}
