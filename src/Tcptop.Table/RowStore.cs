namespace Tcptop.Table;

/// <summary>
/// Rows in blocks that are never moved: growing copies nothing and leaves no garbage behind, and a reference to a row stays good.
/// </summary>
internal sealed class RowStore
{
    private const int BlockBits = 10;
    private const int BlockMask = (1 << BlockBits) - 1;

    private readonly List<ConnectionRow[]> _blocks = [];
    private readonly Stack<int> _free = new();

    /// <summary>One more than the highest slot ever used; slots below may be free.</summary>
    public int End { get; private set; }

    public ref ConnectionRow this[int slot] => ref _blocks[slot >> BlockBits][slot & BlockMask];

    public int Allocate()
    {
        if (_free.TryPop(out var slot))
            return slot;
        if (End >> BlockBits == _blocks.Count)
            _blocks.Add(new ConnectionRow[1 << BlockBits]);
        return End++;
    }

    /// <summary>The rows as they are now, to be read while these go on to change.</summary>
    public RowStore Copy()
    {
        var copy = new RowStore { End = End };
        foreach (var block in _blocks)
            copy._blocks.Add((ConnectionRow[])block.Clone());
        return copy;
    }

    public void Free(int slot)
    {
        this[slot].Clear();
        _free.Push(slot);
    }
}
