namespace Tcptop.Lifetime;

/// <summary>
/// Keeps the heap near what is in use. By itself the runtime would keep the memory of a crowd of
/// connections until it needs some, which may be never; and names of processes that have come and
/// gone, which live just long enough to be taken for what stays, would gather for many minutes.
/// </summary>
internal sealed class HeapTrim
{
    /// <summary>Garbage of a younger age, which the runtime looks after, is less.</summary>
    private const long Small = 256 << 10;

    /// <summary>Garbage that is worth a collection, as a part of what is in use.</summary>
    private const int Part = 16;

    /// <summary>What is worth giving back to the host.</summary>
    private const long Large = 64 << 20;

    /// <summary>Rows that take about as much.</summary>
    private const int Crowd = 50_000;

    private long _live;
    private int _mostRows;

    /// <summary>
    /// After each refresh, on any thread; where it does something, it takes some milliseconds, after a
    /// crowd some ten.
    /// </summary>
    /// <param name="rows">How many rows the table has now.</param>
    public void AfterRefresh(int rows)
    {
        _mostRows = Math.Max(_mostRows, rows);
        var used = GC.GetTotalMemory(forceFullCollection: false);
        _live = _live == 0 ? used : Math.Min(_live, used);
        var garbage = used - _live;
        var hasGone = _mostRows >= Crowd && rows < _mostRows / 2;
        if (!hasGone && garbage <= _live / Part + Small)
            return;
        var isLarge = hasGone || garbage > Large;
        GC.Collect(
            GC.MaxGeneration,
            isLarge ? GCCollectionMode.Aggressive : GCCollectionMode.Forced,
            blocking: true,
            compacting: isLarge);
        _live = GC.GetTotalMemory(forceFullCollection: false);
        _mostRows = rows;
    }
}
