using System.Runtime.InteropServices;
using Tcptop.Collectors.Libbpf;
using Tcptop.Linux;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// The final records of connections that have ended, from the kernel's ring until they are collected. A
/// thread empties the ring when the kernel says that it fills; the collecting thread empties it each tick.
/// Between ticks, records wait here.
/// </summary>
internal sealed class ClosedRecords : IDisposable
{
    private readonly Lock _gate = new();
    private readonly RingBuffer _ring;
    private readonly WakeSignal _stop = new();
    private readonly Thread _reader;
    private WaitingRecords _waiting = new();
    private WaitingRecords _taken = new();
    private ulong _overflowed;
    private volatile bool _stopping;

    public ClosedRecords(BpfMap ring)
    {
        _ring = RingBuffer.Map(ring);
        _reader = new Thread(ReadUntilStopped) { IsBackground = true, Name = "closed-records" };
        _reader.Start();
    }

    /// <summary>Records that found no room here while they waited to be collected.</summary>
    public ulong Overflowed => Volatile.Read(ref _overflowed);

    /// <summary>All that have ended since the last call; valid until <see cref="GiveBack"/>.</summary>
    public WaitingRecords Take()
    {
        lock (_gate)
        {
            Drain();
            (_waiting, _taken) = (_taken, _waiting);
        }
        return _taken;
    }

    /// <summary>What was taken has been used.</summary>
    public void GiveBack() => _taken.Clear();

    public void Dispose()
    {
        _stopping = true;
        _stop.Signal();
        _reader.Join();
        _ring.Dispose();
        _stop.Dispose();
    }

    private void ReadUntilStopped()
    {
        // The ring is mapped: to read it needs none, and this thread was made where they are in effect.
        EffectiveCapabilities.LowerForThisThread();
        while (true)
        {
            _ring.Wait(_stop);
            if (_stopping)
                return;
            lock (_gate)
                Drain();
        }
    }

    private void Drain()
    {
        while (_ring.TryPeek(out var bytes))
        {
            if (_waiting.Count >= FaultConditions.OfThisRun.ClosedQueue
                || !MemoryMarshal.TryRead<SocketRecordAbi>(bytes, out var record))
                Volatile.Write(ref _overflowed, _overflowed + 1);
            else
                _waiting.Add(record);
            _ring.Release(bytes);
        }
    }
}
