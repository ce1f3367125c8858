using Tcptop.Linux;

namespace Tcptop.Collectors.Libbpf;

/// <summary>
/// Copies all elements of a hash table out, a few thousand a system call, into memory that it keeps. Elements
/// that come or go meanwhile may be in the copy or not; the others are in it once.
/// </summary>
public sealed unsafe class MapReader<TKey, TValue>(BpfMap map)
    where TKey : unmanaged
    where TValue : unmanaged
{
    private const int NoEntry = 2;
    private const int NoSpace = 28;
    private const int InitialCapacity = 1024;

    private TKey[] _keys = [];
    private TValue[] _values = [];

    public int Count { get; private set; }

    /// <summary>Of the last reading.</summary>
    public ReadOnlySpan<TKey> Keys => _keys.AsSpan(0, Count);

    /// <summary>Of the last reading, in the order of the keys.</summary>
    public Span<TValue> Values => _values.AsSpan(0, Count);

    public void Read()
    {
        Count = 0;
        if (_keys.Length == 0)
            Grow();
        uint position = 0;
        var isFirst = true;
        while (true)
        {
            uint next;
            var count = (uint)(_keys.Length - Count);
            int result;
            fixed (TKey* keys = _keys)
            fixed (TValue* values = _values)
                result = LibbpfMethods.bpf_map_lookup_batch(
                    map.Fd, isFirst ? null : &position, &next, keys + Count, values + Count, &count, null);
            // The table's next chain of elements has not all found room.
            if (result == -NoSpace)
            {
                Grow();
                continue;
            }
            if (result is not (0 or -NoEntry))
                throw new KernelException($"read the eBPF map {map.Name}", -result);
            Count += (int)count;
            if (result != 0)
                return;
            (position, isFirst) = (next, false);
            if (Count == _keys.Length)
                Grow();
        }
    }

    private void Grow()
    {
        var capacity = Math.Max(InitialCapacity, _keys.Length * 2);
        Array.Resize(ref _keys, capacity);
        Array.Resize(ref _values, capacity);
    }
}
