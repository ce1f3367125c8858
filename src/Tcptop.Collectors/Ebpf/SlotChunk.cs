using System.Runtime.CompilerServices;
using Tcptop.Collectors.Libbpf;

namespace Tcptop.Collectors.Ebpf;

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
    internal const int WatchesAt = WantedAt + Buckets;
    internal static readonly int NotesAt = WatchesAt + Slots * Unsafe.SizeOf<SlotWatchAbi>();
    internal static readonly int RecordsAt = NotesAt + Slots * Unsafe.SizeOf<SocketNoteAbi>();
    internal static readonly int Bytes = RecordsAt + Slots * Unsafe.SizeOf<SocketRecordAbi>();

    private const string MapName = "tcptop_chunk";

    public MappedElement Memory { get; } = new(MapName, Bytes);

    private Span<byte> Wanted => Memory.Part<byte>(WantedAt, Buckets);

    private ReadOnlySpan<ulong> Sockets => Memory.Part<ulong>(SocketsAt, Slots);

    private ReadOnlySpan<SlotWatchAbi> Watches => Memory.Part<SlotWatchAbi>(WatchesAt, Slots);

    private ReadOnlySpan<SocketRecordAbi> Records => Memory.Part<SocketRecordAbi>(RecordsAt, Slots);

    /// <summary>The next walk reads each of its sockets whole.</summary>
    public void WantAll() => Wanted.Fill(byte.MaxValue);

    /// <summary>The next walk reads those whose note has another owner than their record, or other holders.</summary>
    /// <param name="pass">The last owners pass, as notes have it.</param>
    public void WantWhereOwnerDiffers(ushort pass)
    {
        var notes = Memory.Part<SocketNoteAbi>(NotesAt, Slots);
        var records = Records;
        var wanted = Wanted;
        for (var slot = 0; slot < Slots; slot++)
        {
            if (!HasRecord(slot))
                continue;
            ref readonly var note = ref notes[slot];
            ref readonly var record = ref records[slot];
            var holders = note.Pass == pass ? note.Holders : 0u;
            if (holders != record.Holders || note.OwnerPid != record.OwnerPid
                || note.OwnerStartedNs != record.OwnerStartedNs)
                wanted[slot / SlotsOfABucket] |= (byte)(1 << slot % SlotsOfABucket);
        }
    }

    /// <summary>
    /// Of eight slots that begin with this one, those whose records the last walks have written, a bit each; none any
    /// more for the next call.
    /// </summary>
    public byte TakeChanged(int firstSlot)
    {
        ref var bits = ref Memory.Part<byte>(ChangedAt, Buckets)[firstSlot / SlotsOfABucket];
        var changed = bits;
        if (changed != 0)
            bits = 0;
        return changed;
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
