using System.Threading.Channels;
using Tcptop.Libbpf;
using Tcptop.Model;

namespace Tcptop.Collectors.Ebpf;

/// <summary>Carries trace events from the kernel's ring to a channel, in order, as they come.</summary>
internal sealed class StateStream : IDisposable
{
    private readonly RingBuffer _ring;
    private readonly ChannelWriter<CollectorEvent> _events;
    private readonly WakeSignal _stop = new();
    private readonly Thread _reader;
    private ulong _refused;
    private volatile bool _stopping;

    public StateStream(BpfMap ring, ChannelWriter<CollectorEvent> events)
    {
        _events = events;
        _ring = RingBuffer.Map(ring);
        _reader = new Thread(ReadUntilStopped) { IsBackground = true, Name = "trace-events" };
        _reader.Start();
    }

    /// <summary>Events that a full channel did not take.</summary>
    public ulong Refused => Volatile.Read(ref _refused);

    public void Dispose()
    {
        _stopping = true;
        _stop.Signal();
        _reader.Join();
        _ring.Dispose();
        _stop.Dispose();
        _events.TryComplete();
    }

    private void ReadUntilStopped()
    {
        while (!_stopping)
        {
            _ring.Wait(_stop);
            while (_ring.TryPeek(out var bytes))
            {
                if (!TraceEventDecoder.TryDecode(bytes, out var decoded) || !_events.TryWrite(decoded))
                    Volatile.Write(ref _refused, _refused + 1);
                _ring.Release(bytes);
            }
        }
    }
}
