namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// Which flows of a table that fills make room for new ones: those that have been idle longest, and no more
/// than is needed. Pure.
/// </summary>
/// <param name="tableSize">How many flows the table holds.</param>
internal sealed class FlowEviction(int tableSize)
{
    private readonly int _crowded = tableSize / 4 * 3;
    private readonly int _kept = tableSize / 2;
    private readonly uint[] _sorted = new uint[tableSize];
    private uint _last;
    private int _ofLast;

    /// <summary>
    /// Whether so many flows leave less than a quarter of the table free; below that nobody goes, and nobody
    /// need be looked at.
    /// </summary>
    public bool IsCrowded(int flows) => flows >= _crowded;

    /// <summary>Chooses among these flows; nobody goes while a quarter of the table is free.</summary>
    /// <param name="lastRefreshes">The refresh of each flow's last datagram.</param>
    public void Choose(ReadOnlySpan<uint> lastRefreshes)
    {
        (_last, _ofLast) = (0, 0);
        var surplus = lastRefreshes.Length - _kept;
        if (!IsCrowded(lastRefreshes.Length) || lastRefreshes.Length > tableSize)
            return;
        var sorted = _sorted.AsSpan(0, lastRefreshes.Length);
        lastRefreshes.CopyTo(sorted);
        sorted.Sort();
        _last = sorted[surplus - 1];
        // Many may be as idle as the last of the surplus: of those, only as many as it takes.
        _ofLast = surplus - sorted.IndexOf(_last);
    }

    /// <summary>Whether this flow goes; asked once for each.</summary>
    public bool Takes(uint lastRefresh)
    {
        if (lastRefresh >= _last)
            return lastRefresh == _last && _ofLast-- > 0;
        return true;
    }
}
