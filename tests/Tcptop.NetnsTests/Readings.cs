using Tcptop.Collectors.Ebpf;
using Tcptop.Model;
using Tcptop.Model.Collecting;
using Tcptop.Testing;

namespace Tcptop.NetnsTests;

/// <summary>
/// The collector itself, in this process, for what is in no output: the latest reading of each
/// socket.
/// </summary>
internal sealed class Readings : EachReading, IDisposable
{
    private readonly EbpfCollector _collector = new(new EbpfOptions());
    private readonly Dictionary<ulong, ConnectionRecord> _latest = [];

    public Readings() => _collector.BootstrapExisting();

    public override void Receive(in ConnectionRecord reading) => _latest[reading.Key.SocketCookie] = reading;

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
