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

    // TCPTOP_SLOT_BUSY, TCPTOP_SLOT_ENDED
    private const ulong Busy = 1;
    private const ulong Ended = 2;

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

    private ReadOnlySpan<ulong> Sockets => Memory.Part<ulong>(SocketsAt, Slots);

    private ReadOnlySpan<SlotWatchAbi> Watches => Memory.Part<SlotWatchAbi>(WatchesAt, Slots);

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
        var live = Memory.Part<ulong>(LiveAt, Slots / WordBits);
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

    /// <summary>
    /// Whether the record of a slot is that of the socket whose slot it is now: one that the last walk has come to,
    /// and that has not ended since.
    /// </summary>
    public bool HasRecord(int slot)
    {
        var socket = Volatile.Read(in Sockets[slot]);
        if (socket == 0 || (socket & (Busy | Ended)) != 0)
            return false;
        var cookie = Records[slot].Cookie;
        return cookie != 0 && cookie == Volatile.Read(in Watches[slot].Cookie);
    }

    /// <summary>The record of a slot that has one; only the walk writes it.</summary>
    public ref readonly SocketRecordAbi Record(int slot) => ref Records[slot];

    public void Dispose() => Memory.Dispose();
}
