using System.Runtime.CompilerServices;
using Tcptop.Collectors.Libbpf;
using Tcptop.Linux;
using Tcptop.Model;

namespace Tcptop.Collectors.Ebpf.Trace;

/// <summary>Takes events out of the kernel's ring, in the order in which it has them. One thread at a time.</summary>
internal sealed class TraceReader(BpfMap ring) : IDisposable
{
    /// <summary>In the ring, with its header; a multiple of 8.</summary>
    private static readonly ulong EventBytes = (ulong)Unsafe.SizeOf<TcptopEventAbi>() + 8;

    private readonly RingBuffer _ring = RingBuffer.Map(ring);
    private ulong _unreadable;

    /// <summary>Events of a kind that this build does not know.</summary>
    public ulong Unreadable => Volatile.Read(ref _unreadable);

    /// <summary>Events that wait to be read.</summary>
    public ulong Waiting => _ring.WaitingBytes / EventBytes;

    /// <summary>Hands over what is there, so many at most; returns how many.</summary>
    public int Read(IEventReceiver into, int most)
    {
        var count = 0;
        while (count < most && _ring.TryPeek(out var bytes))
        {
            if (TraceEventDecoder.TryDecode(bytes, out var happened))
                into.Receive(happened);
            else
                Volatile.Write(ref _unreadable, _unreadable + 1);
            _ring.Release(bytes);
            count++;
        }
        return count;
    }

    /// <summary>Blocks until events are there or <paramref name="stop"/> is signalled.</summary>
    public void Wait(WakeSignal stop) => _ring.Wait(stop);

    public void Dispose() => _ring.Dispose();
}
