using System.Numerics;

namespace Tcptop.Table;

/// <summary>
/// Rows in blocks that are never moved: growing copies nothing and leaves no garbage behind, and a reference
/// to a row stays good for as long as it is used. A block without rows is kept for new ones until
/// <see cref="GiveBack"/>.
/// </summary>
internal sealed class RowStore
{
    private const int BlockBits = 10;
    /// <summary>Slots from one multiple of it to the next are in one block.</summary>
    public const int BlockRows = 1 << BlockBits;

    private const int BlockMask = BlockRows - 1;

    private readonly List<Block?> _blocks = [];

    /// <summary>Without rows: of a crowd that goes and comes again, the memory is the same.</summary>
    private readonly Stack<Block> _spare = new();

    /// <summary>No block before it has room.</summary>
    private int _firstWithRoom;

    /// <summary>One more than the highest slot that may be used.</summary>
    public int End => _blocks.Count << BlockBits;

    /// <summary>Of a slot in use.</summary>
    public ref ConnectionRow this[int slot] => ref _blocks[slot >> BlockBits]!.Rows[slot & BlockMask];

    /// <summary>Whether the slot is in use.</summary>
    public bool IsUsed(int slot) =>
        slot < End && _blocks[slot >> BlockBits] is { } block && block.IsUsed(slot & BlockMask);

    public int Allocate()
    {
        while (_firstWithRoom < _blocks.Count && _blocks[_firstWithRoom] is { Count: BlockRows })
            _firstWithRoom++;
        if (_firstWithRoom == _blocks.Count)
            _blocks.Add(null);
        var block = _blocks[_firstWithRoom] ??= _spare.TryPop(out var spare) ? spare : new Block();
        return (_firstWithRoom << BlockBits) + block.Take();
    }

    public void Free(int slot)
    {
        var at = slot >> BlockBits;
        var block = _blocks[at]!;
        block.Free(slot & BlockMask);
        _firstWithRoom = Math.Min(_firstWithRoom, at);
        // The first stays: a host has rows again and again.
        if (block.Count == 0 && at > 0)
        {
            _blocks[at] = null;
            _spare.Push(block);
        }
        while (_blocks.Count > 1 && _blocks[^1] is null)
            _blocks.RemoveAt(_blocks.Count - 1);
    }

    /// <summary>Blocks that have had no row since they were freed go back to the runtime.</summary>
    public void GiveBack()
    {
        _spare.Clear();
        _spare.TrimExcess();
    }

    /// <summary>The slot in use from this one on that comes first; -1: none does.</summary>
    public int NextUsed(int slot)
    {
        for (var at = slot >> BlockBits; at < _blocks.Count; at++)
        {
            if (_blocks[at]?.NextUsed(slot & BlockMask) is { } found and >= 0)
                return (at << BlockBits) + found;
            slot = 0;
        }
        return -1;
    }

    /// <summary>The rows as they are now, to be read while these go on to change.</summary>
    public RowStore Copy()
    {
        var copy = new RowStore();
        foreach (var block in _blocks)
            copy._blocks.Add(block?.Copy());
        return copy;
    }

    private sealed class Block
    {
        private const int WordBits = 64;

        private readonly ulong[] _used = new ulong[BlockRows / WordBits];

        public ConnectionRow[] Rows { get; private init; } = new ConnectionRow[BlockRows];

        public int Count { get; private set; }

        public bool IsUsed(int row) => (_used[row / WordBits] & (1UL << (row % WordBits))) != 0;

        public int Take()
        {
            for (var word = 0; ; word++)
            {
                if (_used[word] == ulong.MaxValue)
                    continue;
                var bit = BitOperations.TrailingZeroCount(~_used[word]);
                _used[word] |= 1UL << bit;
                Count++;
                return word * WordBits + bit;
            }
        }

        public void Free(int row)
        {
            Rows[row].Clear();
            _used[row / WordBits] &= ~(1UL << (row % WordBits));
            Count--;
        }

        public int NextUsed(int row)
        {
            var bits = _used[row / WordBits] & (ulong.MaxValue << (row % WordBits));
            for (var word = row / WordBits; ;)
            {
                if (bits != 0)
                    return word * WordBits + BitOperations.TrailingZeroCount(bits);
                if (++word == _used.Length)
                    return -1;
                bits = _used[word];
            }
        }

        public Block Copy()
        {
            var copy = new Block { Rows = (ConnectionRow[])Rows.Clone(), Count = Count };
            _used.CopyTo(copy._used, 0);
            return copy;
        }
    }
}
