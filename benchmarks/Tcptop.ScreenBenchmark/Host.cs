using System.Buffers.Binary;
using Tcptop.Model;
using Tcptop.Table;

namespace Tcptop.ScreenBenchmark;

/// <summary>
/// A host of so many connections as servers have them: few local ends, many remote ones, some processes,
/// rates for one in ten.
/// </summary>
internal sealed class Host
{
    private const ulong Second = 1_000_000_000;

    private static readonly string[] Names =
        ["nginx", "postgres", "java", "sshd", "envoy", "node", "redis-server", "curl"];

    private readonly ConnectionTable _table = new();
    private readonly ConnectionRecord[] _samples;
    private readonly Random _random = new(5);
    private ulong _now = Second;

    public Host(int connections)
    {
        View = new TableView(_table);
        _samples = new ConnectionRecord[connections];
        for (var i = 0; i < connections; i++)
            _samples[i] = Sample(i);
        Refresh();
        Refresh();
    }

    public TableView View { get; }

    public void Refresh()
    {
        _now += Second;
        _table.Begin(_now);
        foreach (ref var sample in _samples.AsSpan())
        {
            sample.LastSeenNs = _now;
            if (_random.Next(10) == 0)
                (sample.BytesIn, sample.BytesOut) = (
                    sample.BytesIn + (ulong)_random.Next(5_000_000), sample.BytesOut + (ulong)_random.Next(50_000));
            _table.Receive(sample);
        }
        _table.EndRefresh();
        View.Refreshed(DateTimeOffset.UnixEpoch.AddSeconds(_now / Second), []);
    }

    private ConnectionRecord Sample(int i)
    {
        var process = _random.Next(40);
        return new ConnectionRecord
        {
            Key = new ConnectionKey((ulong)i + 1, 1),
            Protocol = Protocol.Tcp,
            State = _random.Next(20) == 0 ? TcpState.CloseWait : TcpState.Established,
            Local = End(0x0A00_0001 + (uint)_random.Next(4), (ushort)(443 + _random.Next(3) * 1000)),
            Remote = _random.Next(10) == 0
                ? new Endpoint(
                    HostAddress.Parse($"2001:db8::{_random.Next(65536):x}"), (ushort)_random.Next(1024, 65536))
                : End((uint)_random.Next(), (ushort)_random.Next(1024, 65536)),
            Owner = new ProcessIdentity((uint)(1000 + process), 1),
            ProcessName = KernelName.FromText(Names[process % Names.Length]),
            RttUs = (uint)_random.Next(100, 90_000),
        };
    }

    private static Endpoint End(uint address, ushort port)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, address);
        return new Endpoint(HostAddress.FromIPv4(bytes), port);
    }
}
