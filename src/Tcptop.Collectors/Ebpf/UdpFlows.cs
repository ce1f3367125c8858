using Tcptop.Libbpf;
using Tcptop.Model;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// Reads the tables of UDP flows and sockets, once a refresh, and takes out what has ended: flows of sockets that have closed, and flows that have been
/// idle too long. One thread.
/// </summary>
internal sealed class UdpFlows(EbpfPrograms programs, TimeSpan idle)
{
    /// <summary>A table fuller than this loses its longest idle flows until it is as full as <see cref="KeptWhenCrowded"/>, to have room for new ones.</summary>
    private const int Crowded = UdpFlowAbi.TableSize / 4 * 3;

    private const int KeptWhenCrowded = UdpFlowAbi.TableSize / 2;

    private readonly MapReader<ulong, UdpSocketAbi> _sockets = new(programs.UdpSockets);
    private readonly MapReader<UdpFlowKeyAbi, UdpFlowAbi> _flows = new(programs.UdpFlows);
    private readonly Dictionary<ulong, int> _socketAt = [];
    private readonly RefreshTimes _refreshes = new(idle);
    private uint[] _lastRefreshes = [];
    private (uint Sockets, uint Flows)? _madeSeen;
    private ulong _endedEarly;

    /// <summary>Flows that had to make room for newer ones. Their totals were read to the last datagram; should they go on, they begin anew.</summary>
    public ulong EndedEarly => Volatile.Read(ref _endedEarly);

    public void Collect(ISampleReceiver into)
    {
        // Before the tables are read: a datagram that comes meanwhile belongs to the next refresh.
        _refreshes.Advance(MonotonicClock.Now);
        Volatile.Write(ref programs.Shared.Refresh, _refreshes.Current);
        // As long as nothing is in the tables and nothing comes, not even they are read.
        var made = (Volatile.Read(ref programs.Shared.UdpSocketsMade), Volatile.Read(ref programs.Shared.UdpFlowsMade));
        if (made == _madeSeen && _sockets.Count == 0 && _flows.Count == 0)
            return;
        _madeSeen = made;
        // Sockets first: when one is seen closed here, all its flows are in the table, and none of them will change.
        ReadSockets();
        _flows.Read();
        var nowNs = MonotonicClock.NowNs;
        DeliverFlows(into, nowNs);
        DeliverSockets(into, nowNs);
    }

    private void ReadSockets()
    {
        _sockets.Read();
        _socketAt.Clear();
        var keys = _sockets.Keys;
        for (var i = 0; i < keys.Length; i++)
            _socketAt[keys[i]] = i;
    }

    private void DeliverFlows(ISampleReceiver into, ulong nowNs)
    {
        var lastIdle = Math.Max(_refreshes.LastIdle ?? 0, LastCrowdedOut());
        var keys = _flows.Keys;
        var values = _flows.Values;
        for (var i = 0; i < keys.Length; i++)
        {
            ref readonly var key = ref keys[i];
            ref var flow = ref values[i];
            UdpSocketAbi? socket = _socketAt.TryGetValue(key.Cookie, out var at) ? _sockets.Values[at] : null;
            var hasEnded = socket is { ClosedNs: not 0 } || flow.LastRefresh <= lastIdle;
            // Taken out with the counts of datagrams that came since it was read.
            if (hasEnded && !programs.UdpFlows.TryTake(key, ref flow))
                continue;
            UdpDecoder.DecodeFlow(key, flow, socket, nowNs, hasEnded, out var sample);
            into.Receive(sample);
        }
    }

    private void DeliverSockets(ISampleReceiver into, ulong nowNs)
    {
        var keys = _sockets.Keys;
        var values = _sockets.Values;
        for (var i = 0; i < keys.Length; i++)
        {
            ref readonly var socket = ref values[i];
            var hasClosed = socket.ClosedNs != 0;
            if (socket.RestBornNs != 0)
            {
                UdpDecoder.DecodeRest(keys[i], socket, nowNs, hasClosed, out var sample);
                into.Receive(sample);
            }
            if (hasClosed)
                programs.UdpSockets.Remove(keys[i]);
        }
    }

    /// <summary>Flows without a datagram since the refresh after this one make room; 0 while there is room enough.</summary>
    private uint LastCrowdedOut()
    {
        var flows = _flows.Values;
        if (flows.Length < Crowded)
            return 0;
        if (_lastRefreshes.Length < flows.Length)
            _lastRefreshes = new uint[UdpFlowAbi.TableSize];
        for (var i = 0; i < flows.Length; i++)
            _lastRefreshes[i] = flows[i].LastRefresh;
        var times = _lastRefreshes.AsSpan(0, flows.Length);
        times.Sort();
        var last = times[flows.Length - KeptWhenCrowded - 1];
        Volatile.Write(ref _endedEarly, _endedEarly + (ulong)(times.LastIndexOf(last) + 1));
        return last;
    }
}
