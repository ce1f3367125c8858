using System.Numerics;
using System.Runtime.CompilerServices;
using Tcptop.Collectors.Libbpf;

namespace Tcptop.Collectors.Ebpf;

/// <param name="state">What the visitor needs.</param>
internal delegate void NewsOfSlot<in TState>(TState state, SlotChunk chunk, int slot);

/// <summary>Mirror of <c>struct slot_chunk</c>: the parts of a chunk of slots, each with an element a slot.</summary>
internal sealed class SlotChunk : IDisposable
{
    /// <summary><c>TCPTOP_CHUNK_SLOTS</c>.</summary>
    public const int Slots = 4096;

    /// <summary><c>TCPTOP_BUCKET_SLOTS</c>.</summary>
    public const int SlotsOfABucket = 8;

    public const int Buckets = Slots / SlotsOfABucket;

    internal const int SocketsAt = 0;
    internal const int ChangedAt = SocketsAt + Slots * sizeof(ulong);
    internal const int WaitingAt = ChangedAt + Buckets;
    internal const int WantedAt = WaitingAt + Buckets;
    internal const int LiveAt = WantedAt + Buckets;
    internal const int WatchesAt = LiveAt + Buckets;
    internal static readonly int RecordsAt = WatchesAt + Slots * Unsafe.SizeOf<SlotWatchAbi>();

    /// <summary>What is mapped ends here.</summary>
    internal static readonly int NotesAt = RecordsAt + Slots * Unsafe.SizeOf<SocketRecordAbi>();

    internal static readonly int Bytes = NotesAt + Slots * Unsafe.SizeOf<SocketNoteAbi>();

    private const string MapName = "tcptop_chunk";
    private const int WordBits = 64;

    /// <summary>Slots that have a row in the table, a bit each.</summary>
    private readonly ulong[] _known = new ulong[Slots / WordBits];
    private readonly int[] _rows = new int[Slots];

    public MappedElement Memory { get; } = new(MapName, Bytes, NotesAt);

    /// <summary>Slots that are not free.</summary>
    public int Used => Slots - Sockets.Count(0UL);

    private Span<byte> Wanted => Memory.Part<byte>(WantedAt, Buckets);

    private Span<ulong> Live => Memory.Part<ulong>(LiveAt, Slots / WordBits);

    private ReadOnlySpan<ulong> Sockets => Memory.Part<ulong>(SocketsAt, Slots);

    private ReadOnlySpan<SocketRecordAbi> Records => Memory.Part<SocketRecordAbi>(RecordsAt, Slots);

    /// <summary>The next walk reads each of its sockets whole.</summary>
    public void WantAll() => Wanted.Fill(byte.MaxValue);

    /// <summary>
    /// Goes through the slots that the last walk has read, or found to be another's or no one's; those of the walks
    /// before it have been gone through. The number of a slot's row is for <paramref name="visit"/> to keep.
    /// </summary>
    public void VisitNews<TState>(TState state, NewsOfSlot<TState> visit)
    {
        var changed = Memory.Part<ulong>(ChangedAt, Slots / WordBits);
        var live = Live;
        for (var word = 0; word < changed.Length; word++)
        {
            for (var news = changed[word] | (live[word] ^ _known[word]); news != 0; news &= news - 1)
            {
                var slot = word * WordBits + BitOperations.TrailingZeroCount(news);
                visit(state, this, slot);
            }
            if (changed[word] != 0)
                changed[word] = 0;
        }
    }

    /// <summary>Number of the row that a slot has in the table; -1: none.</summary>
    public int RowOf(int slot) => (_known[slot / WordBits] >> slot & 1) != 0 ? _rows[slot] : -1;

    /// <param name="slot">The slot.</param>
    /// <param name="row">As <see cref="RowOf"/>.</param>
    public void SetRow(int slot, int row)
    {
        ref var word = ref _known[slot / WordBits];
        word = row >= 0 ? word | 1UL << slot : word & ~(1UL << slot);
        _rows[slot] = row;
    }

    /// <summary>Whether the last walk has found a slot's socket alive, and it has not ended since.</summary>
    public bool HasRecord(int slot) => (Live[slot / WordBits] >> slot & 1) != 0;

    /// <summary>The record of a slot that has one; only the walk writes it.</summary>
    public ref readonly SocketRecordAbi Record(int slot) => ref Records[slot];

    /// <summary>
    /// A connection that had the slot has ended: so the record, if it is that one's, is none any more.
    /// </summary>
    public void Ended(int slot, in SocketRecordAbi final)
    {
        ref readonly var record = ref Records[slot];
        if (record.Cookie == final.Cookie && record.BornNs == final.BornNs)
            Live[slot / WordBits] &= ~(1UL << slot);
    }

    public void Dispose() => Memory.Dispose();
}
