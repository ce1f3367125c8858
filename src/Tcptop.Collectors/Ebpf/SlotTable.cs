using Tcptop.Collectors.Libbpf;
using Tcptop.Linux;
using Tcptop.Model;
using Tcptop.Model.Collecting;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// The table of TCP sockets that the kernel side keeps: how large it is, and the walk that reads the sockets. It grows
/// by generations of chunks; a socket stays in its chunk for life. One thread calls, but for
/// <see cref="GrowIfNeeded"/> and <see cref="Read"/>.
/// </summary>
internal sealed class SlotTable : IDisposable
{
    /// <summary><c>TCPTOP_SLOT_CHUNKS</c>.</summary>
    private const int MostChunks = 1024;

    /// <summary>From this size on a generation is half as large as all before it, not as large.</summary>
    private const int ManyChunks = 32;

    /// <summary>Of chunks that are made for as many sockets as there are.</summary>
    private const double UsualLoad = 0.7;

    /// <summary>With so many in use, there are soon some that find no slot: then more are added unasked.</summary>
    private const double HighLoad = 0.8;

    /// <summary>
    /// One bucket may fill while others are all but empty: under this load no more are added, unless a socket has found
    /// no slot at all.
    /// </summary>
    private const double LowLoad = 0.4;

    /// <summary>Each is a file until it is in its place.</summary>
    private const int ChunksAtOnce = 16;

    private static readonly TimeSpan PauseAfterShortage = TimeSpan.FromSeconds(10);

    private readonly Lock _growing = new();
    private readonly EbpfPrograms _programs;
    private readonly BpfProgram _walk;
    private readonly int _bucketsOfARun;
    private readonly int _slotsOfAChunk = (int)(FaultConditions.OfThisRun.SlotsOfAChunk ?? SlotChunk.Slots);
    private volatile SlotChunk[] _chunks = [];
    private ulong _unplacedSeen;
    private ulong _unplacedAtGrowth;
    private int _chunksThen;
    private int _turn;
    private bool _wantsOwners;
    private TimeSpan _notBefore;

    public SlotTable(EbpfPrograms programs, EbpfPlan plan, int socketsNow)
    {
        _programs = programs;
        (_walk, _bucketsOfARun) = plan.CastsSockets
            ? (programs.WalkByCast, SlotChunk.Buckets)
            : (programs.WalkByCopy, (int)programs.BucketsByCopy.MaxEntries);
        var chunks = Math.Clamp((int)Math.Ceiling(socketsNow / UsualLoad / SlotChunk.Slots), 1, MostChunks / 2);
        Insert(chunks);
        Announce(0, 0, chunks);
    }

    /// <summary>
    /// Whether sockets found no slot since they were last looked for, and the table has grown: they have no row until
    /// they are looked for again.
    /// </summary>
    public bool TakeUnplaced()
    {
        var unplaced = Volatile.Read(ref _programs.Shared.Losses[(int)LossAbi.SlotsFull]);
        if (unplaced == _unplacedSeen || _chunks.Length == _chunksThen)
            return false;
        (_unplacedSeen, _chunksThen) = (unplaced, _chunks.Length);
        return true;
    }

    /// <summary>The next walk reads those, too, whose owner or holders an owners pass has found to be others.</summary>
    public void WantWhereOwnerDiffers() => _wantsOwners = true;

    /// <summary>
    /// Reads the sockets that have moved, and of each chunk in its turn all: a name of a device may have
    /// changed without a segment.
    /// </summary>
    public void Walk()
    {
        var chunks = _chunks;
        chunks[_turn++ % chunks.Length].WantAll();
        for (var chunk = 0; chunk < chunks.Length; chunk++)
        {
            for (var bucket = 0; bucket < SlotChunk.Buckets; bucket += _bucketsOfARun)
                _walk.Run(new WalkArgumentAbi
                {
                    Chunk = (ulong)chunk,
                    FirstBucket = (ulong)bucket,
                    Owners = _wantsOwners ? 1UL : 0,
                });
        }
        _wantsOwners = false;
    }

    /// <summary>Hands over what the last walk has found to be otherwise.</summary>
    public void Deliver(IRecordReceiver into)
    {
        var chunks = _chunks;
        for (var chunk = 0; chunk < chunks.Length; chunk++)
            chunks[chunk].VisitNews((into, chunk * SlotChunk.Slots), Deliver);
    }

    /// <summary>The record of a slot of that number, as the last walk has left it.</summary>
    public void Read(int number, out ConnectionRecord reading)
    {
        var (chunk, slot) = Math.DivRem(number, SlotChunk.Slots);
        SocketRecordDecoder.Decode(_chunks[chunk].Record(slot), closed: false, out reading);
    }

    /// <summary>
    /// Hands over the end of a connection; before <see cref="Deliver(IRecordReceiver)"/>, which may find that its slot
    /// is another's.
    /// </summary>
    public void DeliverEnd(in ClosedRecordAbi closed, IRecordReceiver into)
    {
        SocketRecordDecoder.Decode(closed.Socket, closed: true, out var reading);
        if (closed.Slot != 0)
        {
            var (number, slot) = Math.DivRem((int)closed.Slot - 1, SlotChunk.Slots);
            var chunk = _chunks[number];
            chunk.Ended(slot, closed.Socket);
            if (chunk.RowOf(slot) is >= 0 and var row && into.TryUpdate(row, reading))
            {
                chunk.SetRow(slot, -1);
                return;
            }
        }
        into.Receive(reading);
    }

    private static void Deliver((IRecordReceiver Into, int FirstNumber) to, SlotChunk chunk, int slot)
    {
        var into = to.Into;
        var row = chunk.RowOf(slot);
        var hasRecord = chunk.HasRecord(slot);
        if (hasRecord)
        {
            SocketRecordDecoder.Decode(chunk.Record(slot), closed: false, out var reading);
            if (row >= 0 && into.TryUpdate(row, reading))
                return;
            if (row >= 0)
                into.Lose(row);
            chunk.SetRow(slot, into.Add(reading, to.FirstNumber + slot));
        }
        else if (row >= 0)
        {
            into.Lose(row);
            chunk.SetRow(slot, -1);
        }
    }

    /// <summary>
    /// Adds a generation where the kernel side asks for it, or many slots are in use. Where there is no memory for
    /// it, or no right to it, what finds no slot is counted. Any thread.
    /// </summary>
    public void GrowIfNeeded()
    {
        lock (_growing)
        {
            ref var shared = ref _programs.Shared;
            var unplaced = Volatile.Read(ref shared.Losses[(int)LossAbi.SlotsFull]);
            var load = (double)_chunks.Sum(static chunk => chunk.Used) / (_chunks.Length * _slotsOfAChunk);
            var isAsked = Volatile.Read(ref shared.GenerationsAsked) > shared.NewestGeneration;
            if (MonotonicClock.Now < _notBefore || (!isAsked && load <= HighLoad))
                return;
            if (load < LowLoad && unplaced == _unplacedAtGrowth)
            {
                Volatile.Write(ref shared.GenerationsAsked, shared.NewestGeneration);
                return;
            }
            _unplacedAtGrowth = unplaced;
            Grow();
        }
    }

    public void Dispose()
    {
        foreach (var chunk in _chunks)
            chunk.Dispose();
    }

    private void Grow()
    {
        var first = _chunks.Length;
        var generation = (int)_programs.Shared.NewestGeneration + 1;
        if (generation >= SlotGenerations.Count)
            return;
        try
        {
            Insert(Math.Min(first < ManyChunks ? first : (first + 1) / 2, MostChunks - first));
        }
        catch (KernelException)
        {
            _notBefore = MonotonicClock.Now + PauseAfterShortage;
        }
        // As many as there was room for.
        if (_chunks.Length > first)
            Announce(generation, first, _chunks.Length - first);
    }

    private void Insert(int count)
    {
        for (; count > 0; count -= ChunksAtOnce)
        {
            var added = Make(Math.Min(count, ChunksAtOnce));
            try
            {
                _programs.Slots.SetInner(
                    (uint)_chunks.Length, [.. added.Select(static chunk => (MappedArray)chunk.Memory)]);
            }
            catch (KernelException)
            {
                added.ForEach(static chunk => chunk.Dispose());
                throw;
            }
            added.ForEach(static chunk => chunk.Memory.CloseDescriptor());
            _chunks = [.. _chunks, .. added];
        }
    }

    /// <summary>From here on the kernel side uses them.</summary>
    private void Announce(int generation, int firstChunk, int chunks)
    {
        ref var shared = ref _programs.Shared;
        shared.Generations[generation] = new() { FirstChunk = (uint)firstChunk, Chunks = (uint)chunks };
        Volatile.Write(ref shared.NewestGeneration, (uint)generation);
        Volatile.Write(ref shared.GenerationsAsked, (uint)generation);
    }

    private static List<SlotChunk> Make(int count)
    {
        var made = new List<SlotChunk>(count);
        try
        {
            for (var i = 0; i < count; i++)
                made.Add(new SlotChunk());
            return made;
        }
        catch (KernelException)
        {
            made.ForEach(static chunk => chunk.Dispose());
            throw;
        }
    }
}
