using System.Runtime.CompilerServices;
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
    private readonly Action _wantsSlots;
    private readonly WakeSignal _stop = new();
    private readonly Thread _reader;
    private WaitingRecords _waiting = new();
    private WaitingRecords _taken = new();
    private ulong _overflowed;
    private volatile bool _stopping;

    /// <param name="ring">The kernel's.</param>
    /// <param name="wantsSlots">The kernel side says there that its table of sockets fills; on the thread that reads.</param>
    public ClosedRecords(BpfMap ring, Action wantsSlots)
    {
        (_ring, _wantsSlots) = (RingBuffer.Map(ring), wantsSlots);
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
            // Whether slots are wanted, who collects looks for at each refresh.
            _ = Drain();
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
            bool wantsSlots;
            lock (_gate)
                wantsSlots = Drain();
            if (wantsSlots)
                _wantsSlots();
        }
    }

    /// <summary>Returns whether the kernel side wants slots: its word for that is shorter than any record.</summary>
    private bool Drain()
    {
        var wantsSlots = false;
        while (_ring.TryPeek(out var bytes))
        {
            if (bytes.Length == sizeof(uint))
                wantsSlots = true;
            else if (_waiting.Count >= FaultConditions.OfThisRun.ClosedQueue
                || bytes.Length < Unsafe.SizeOf<ClosedRecordAbi>())
                Volatile.Write(ref _overflowed, _overflowed + 1);
            else
                _waiting.Add(in MemoryMarshal.AsRef<ClosedRecordAbi>(bytes));
            _ring.Release(bytes);
        }
        return wantsSlots;
    }
}
