using Tcptop.Collectors.Ebpf;
using Tcptop.Model;
using Tcptop.Model.Collecting;
using Tcptop.Testing;

namespace Tcptop.NetnsTests;

/// <summary>
/// The collector itself, in this process, for what is in no output: the latest reading of each
/// socket.
/// </summary>
internal sealed class Readings : IRecordReceiver, IDisposable
{
    private readonly EbpfCollector _collector = new(new EbpfOptions());
    private readonly Dictionary<ulong, ConnectionRecord> _latest = [];

    public Readings() => _collector.BootstrapExisting();

    public void Begin(ulong readNs)
    {
        // Nothing is to be made ready.
    }

    public void Receive(in ConnectionRecord reading) => _latest[reading.Key.SocketCookie] = reading;

    public int Add(in ConnectionRecord reading, int place)
    {
        Receive(reading);
        return 0;
    }

    /// <summary>All have one number: none is another's.</summary>
    public bool TryUpdate(int row, in ConnectionRecord reading)
    {
        Receive(reading);
        return true;
    }

    public void Lose(int row)
    {
        // What was read last stays.
    }

    public ConnectionRecord WaitFor(
        ulong cookie, Func<ConnectionRecord, bool> condition, string promise)
    {
        ConnectionRecord found = default;
        Eventually.True(
            () =>
            {
                _collector.Collect(this);
                return _latest.TryGetValue(cookie, out found) && condition(found);
            },
            promise,
            () => $"out {found.BytesOut}, failed {found.SendFailedBytes}, {found.State}");
        return found;
    }

    public void Dispose() => _collector.StopAsync().GetAwaiter().GetResult();
}
