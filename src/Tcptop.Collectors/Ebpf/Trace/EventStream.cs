using System.Threading.Channels;
using Tcptop.Linux;
using Tcptop.Model;

namespace Tcptop.Collectors.Ebpf.Trace;

/// <summary>Carries events to a channel, in order, as they come, on a thread of its own.</summary>
internal sealed class EventStream : IEventReceiver, IDisposable
{
    private readonly TraceReader _reader;
    private readonly ChannelWriter<CollectorEvent> _events;
    private readonly WakeSignal _stop = new();
    private readonly Thread _thread;
    private ulong _refused;
    private volatile bool _stopping;

    public EventStream(TraceReader reader, ChannelWriter<CollectorEvent> events)
    {
        (_reader, _events) = (reader, events);
        _thread = new Thread(ReadUntilStopped) { IsBackground = true, Name = "trace-events" };
        _thread.Start();
    }

    /// <summary>Events that a full channel did not take.</summary>
    public ulong Refused => Volatile.Read(ref _refused);

    public void Receive(in CollectorEvent happened)
    {
        if (!_events.TryWrite(happened))
            Volatile.Write(ref _refused, _refused + 1);
    }

    public void Dispose()
    {
        _stopping = true;
        _stop.Signal();
        _thread.Join();
        _stop.Dispose();
        _events.TryComplete();
    }

    private void ReadUntilStopped()
    {
        while (!_stopping)
        {
            _reader.Wait(_stop);
            _reader.Read(this, int.MaxValue);
        }
    }
}
