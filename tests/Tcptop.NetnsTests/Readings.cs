using Tcptop.Collectors.Ebpf;
using Tcptop.Model;
using Tcptop.Testing;

namespace Tcptop.NetnsTests;

/// <summary>
/// The collector itself, in this process, for what is in no output: the latest reading of each
/// socket.
/// </summary>
internal sealed class Readings : ISampleReceiver, IDisposable
{
    private readonly EbpfCollector _collector = new(new EbpfOptions());
    private readonly Dictionary<ulong, ConnectionSample> _latest = [];

    public Readings() => _collector.BootstrapExisting();

    public void Expect(int liveSamples)
    {
        // Nothing is to be made ready.
    }

    public void Receive(in ConnectionSample sample) => _latest[sample.Key.SocketCookie] = sample;

    public ConnectionSample WaitFor(
        ulong cookie, Func<ConnectionSample, bool> condition, string promise)
    {
        ConnectionSample found = default;
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
