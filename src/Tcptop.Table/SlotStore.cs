using System.Numerics;

namespace Tcptop.Table;

/// <summary>
/// Values in slots, which are in blocks that are never moved: growing copies nothing and leaves no garbage behind, and
/// a reference to a value stays good for as long as its slot is used. A block that is empty is kept for new values
/// until <see cref="GiveBack"/>.
/// </summary>
internal sealed class SlotStore<T>
    where T : struct
{
    private const int BlockBits = 10;

    /// <summary>Slots from one multiple of it to the next are in one block.</summary>
    public const int BlockSlots = 1 << BlockBits;

    private const int BlockMask = BlockSlots - 1;

    private readonly List<Block?> _blocks = [];

    /// <summary>Empty: of a crowd that goes and comes again, the memory is the same.</summary>
    private readonly Stack<Block> _spare = new();

    /// <summary>No block before it has room.</summary>
    private int _firstWithRoom;

    /// <summary>One more than the highest slot that may be used.</summary>
    public int End => _blocks.Count << BlockBits;

    /// <summary>Of a slot in use.</summary>
    public ref T this[int slot] => ref _blocks[slot >> BlockBits]!.Values[slot & BlockMask];

    /// <summary>Whether the slot is in use.</summary>
    public bool IsUsed(int slot) =>
        slot < End && _blocks[slot >> BlockBits] is { } block && block.IsUsed(slot & BlockMask);

    public int Allocate()
    {
        while (_firstWithRoom < _blocks.Count && _blocks[_firstWithRoom] is { Count: BlockSlots })
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
        // The first stays: there will be some again and again.
        if (block.Count == 0 && at > 0)
        {
            _blocks[at] = null;
            _spare.Push(block);
        }
        while (_blocks.Count > 1 && _blocks[^1] is null)
            _blocks.RemoveAt(_blocks.Count - 1);
    }

    /// <summary>Blocks that have had no value since they were freed go back to the runtime.</summary>
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

    /// <summary>The values as they are now, to be read while these go on to change.</summary>
    public SlotStore<T> Copy()
    {
        var copy = new SlotStore<T>();
        foreach (var block in _blocks)
            copy._blocks.Add(block?.Copy());
        return copy;
    }

    private sealed class Block
    {
        private const int WordBits = 64;

        private readonly ulong[] _used = new ulong[BlockSlots / WordBits];

        public T[] Values { get; private init; } = new T[BlockSlots];

        public int Count { get; private set; }

        public bool IsUsed(int slot) => (_used[slot / WordBits] & (1UL << (slot % WordBits))) != 0;

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

        public void Free(int slot)
        {
            Values[slot] = default;
            _used[slot / WordBits] &= ~(1UL << (slot % WordBits));
            Count--;
        }

        public int NextUsed(int slot)
        {
            var bits = _used[slot / WordBits] & (ulong.MaxValue << (slot % WordBits));
            for (var word = slot / WordBits; ;)
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
            var copy = new Block { Values = (T[])Values.Clone(), Count = Count };
            _used.CopyTo(copy._used, 0);
            return copy;
        }
    }
}
