using Tcptop.Libbpf;
using Tcptop.Model;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// Reads the tables of UDP flows and sockets, once a refresh, and takes out what has ended: flows of sockets that have closed, and flows that have been
/// idle too long. One thread.
/// </summary>
internal sealed class UdpFlows(EbpfPrograms programs, TimeSpan idle)
{
    private readonly MapReader<ulong, UdpSocketAbi> _sockets = new(programs.UdpSockets);
    private readonly MapReader<UdpFlowKeyAbi, UdpFlowAbi> _flows = new(programs.UdpFlows);
    private readonly Dictionary<ulong, int> _socketAt = [];
    private readonly RefreshTimes _refreshes = new(idle);
    private readonly FlowEviction _eviction = new(UdpFlowAbi.TableSize);
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
        var lastIdle = _refreshes.LastIdle ?? 0;
        var ownerPass = programs.Shared.OwnerPass;
        ChooseWhoMakesRoom();
        var keys = _flows.Keys;
        var values = _flows.Values;
        for (var i = 0; i < keys.Length; i++)
        {
            ref readonly var key = ref keys[i];
            ref var flow = ref values[i];
            var socket = SocketOf(key.Cookie);
            var hasEnded = socket is { ClosedNs: not 0 } || flow.LastRefresh <= lastIdle;
            var makesRoom = _eviction.Takes(flow.LastRefresh) && !hasEnded;
            // Taken out with the counts of datagrams that came since it was read.
            if (hasEnded || makesRoom)
                programs.UdpFlows.TryTake(key, ref flow);
            if (makesRoom)
                Volatile.Write(ref _endedEarly, _endedEarly + 1);
            UdpDecoder.DecodeFlow(key, flow, socket, ownerPass, nowNs, hasEnded || makesRoom, out var sample);
            into.Receive(sample);
        }
    }

    /// <summary>One that was made between the readings of the two tables is looked up by itself.</summary>
    private UdpSocketAbi? SocketOf(ulong cookie)
    {
        if (_socketAt.TryGetValue(cookie, out var at))
            return _sockets.Values[at];
        return programs.UdpSockets.TryGet(cookie, out UdpSocketAbi socket) ? socket with { ClosedNs = 0 } : null;
    }

    private void DeliverSockets(ISampleReceiver into, ulong nowNs)
    {
        var ownerPass = programs.Shared.OwnerPass;
        var keys = _sockets.Keys;
        var values = _sockets.Values;
        for (var i = 0; i < keys.Length; i++)
        {
            ref readonly var socket = ref values[i];
            var hasClosed = socket.ClosedNs != 0;
            if (socket.RestBornNs != 0)
            {
                UdpDecoder.DecodeRest(keys[i], socket, ownerPass, nowNs, hasClosed, out var sample);
                into.Receive(sample);
            }
            if (hasClosed)
                programs.UdpSockets.Remove(keys[i]);
        }
    }

    private void ChooseWhoMakesRoom()
    {
        var flows = _flows.Values;
        if (!_eviction.IsCrowded(flows.Length))
        {
            _eviction.Choose([]);
            return;
        }
        if (_lastRefreshes.Length < flows.Length)
            _lastRefreshes = new uint[Math.Max(flows.Length, 2 * _lastRefreshes.Length)];
        for (var i = 0; i < flows.Length; i++)
            _lastRefreshes[i] = flows[i].LastRefresh;
        _eviction.Choose(_lastRefreshes.AsSpan(0, flows.Length));
    }
}
