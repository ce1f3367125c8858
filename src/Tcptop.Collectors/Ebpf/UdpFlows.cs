using Tcptop.Collectors.Libbpf;
using Tcptop.Linux;
using Tcptop.Linux.Naming;
using Tcptop.Model.Collecting;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// Reads the tables of UDP flows and sockets, once a refresh, and takes out what has ended: flows of sockets
/// that have closed, and flows that have been idle too long. One thread.
/// </summary>
internal sealed class UdpFlows(EbpfPrograms programs, TimeSpan idle) : IDisposable
{
    private readonly MapReader<ulong, UdpSocketAbi> _sockets = new(programs.UdpSockets);
    private readonly FlowSlots _slots = new(programs);
    private readonly Dictionary<ulong, int> _socketAt = [];
    private readonly RefreshTimes _refreshes = new(idle);
    private readonly FlowEviction _eviction = new((int)programs.UdpFlows.MaxEntries);
    private readonly uint[] _lastRefreshes = new uint[programs.UdpFlows.MaxEntries];
    private int _live;
    private (uint Sockets, uint Flows)? _madeSeen;
    private ulong _endedEarly;

    /// <summary>
    /// Flows that had to make room for newer ones. Their totals were read to the last datagram; should they
    /// go on, they begin anew.
    /// </summary>
    public ulong EndedEarly => Volatile.Read(ref _endedEarly);

    private OwnerReading Owners => new(programs.Shared.OwnerPass, PidNamespace.OfThisProcess != 0);

    public void Collect(IRecordReceiver into)
    {
        // Before the tables are read: a datagram that comes meanwhile belongs to the next refresh.
        _refreshes.Advance(MonotonicClock.Now);
        Volatile.Write(ref programs.Shared.Refresh, _refreshes.Current);
        // As long as nothing is in the tables and nothing comes, not even they are read.
        var made = (Volatile.Read(ref programs.Shared.UdpSocketsMade), Volatile.Read(ref programs.Shared.UdpFlowsMade));
        if (made == _madeSeen && _sockets.Count == 0 && _live == 0 && _slots.Retired == 0)
            return;
        _madeSeen = made;
        // Sockets first: when one is seen closed here, all its flows are in their slots, and none of them will change.
        ReadSockets();
        _slots.MapUsed();
        var nowNs = MonotonicClock.NowNs;
        DeliverRetired(into, nowNs);
        DeliverFlows(into, nowNs);
        DeliverSockets(into, nowNs);
    }

    public void Dispose() => _slots.Dispose();

    private void ReadSockets()
    {
        _sockets.Read();
        _socketAt.Clear();
        var keys = _sockets.Keys;
        for (var i = 0; i < keys.Length; i++)
            _socketAt[keys[i]] = i;
    }

    private void DeliverRetired(IRecordReceiver into, ulong nowNs)
    {
        for (var i = 0; i < _slots.Retired; i++)
        {
            if (_slots.TryReadRetired(i, out var flow))
                Deliver(into, flow, SocketOf(flow.Key.Cookie), nowNs, closed: true);
        }
        _slots.FreeRetired();
    }

    private void DeliverFlows(IRecordReceiver into, ulong nowNs)
    {
        var lastIdle = _refreshes.LastIdle ?? 0;
        ChooseWhoMakesRoom();
        _live = 0;
        for (var slot = 0; slot < _slots.Used; slot++)
        {
            if (!_slots.TryRead(slot, out var flow))
                continue;
            _live++;
            var socket = SocketOf(flow.Key.Cookie);
            var hasClosed = socket is { ClosedNs: not 0 };
            var makesRoom = _eviction.Takes(flow.LastRefresh);
            if (hasClosed || makesRoom || flow.LastRefresh <= lastIdle)
                _slots.Retire(slot, flow.Key, isDelivered: hasClosed);
            if (makesRoom && !hasClosed && flow.LastRefresh > lastIdle)
                Volatile.Write(ref _endedEarly, _endedEarly + 1);
            Deliver(into, flow, socket, nowNs, hasClosed);
        }
    }

    private void Deliver(IRecordReceiver into, in UdpFlowAbi flow, in UdpSocketAbi? socket, ulong nowNs, bool closed)
    {
        UdpDecoder.DecodeFlow(flow, socket, Owners, nowNs, closed, out var reading);
        into.Receive(reading);
    }

    /// <summary>One that was made between the readings of the two tables is looked up by itself.</summary>
    private UdpSocketAbi? SocketOf(ulong cookie)
    {
        if (_socketAt.TryGetValue(cookie, out var at))
            return _sockets.Values[at];
        return programs.UdpSockets.TryGet(cookie, out UdpSocketAbi socket) ? socket with { ClosedNs = 0 } : null;
    }

    private void DeliverSockets(IRecordReceiver into, ulong nowNs)
    {
        var owners = Owners;
        var keys = _sockets.Keys;
        var values = _sockets.Values;
        for (var i = 0; i < keys.Length; i++)
        {
            ref readonly var socket = ref values[i];
            var hasClosed = socket.ClosedNs != 0;
            if (socket.RestBornNs != 0)
            {
                UdpDecoder.DecodeRest(keys[i], socket, owners, nowNs, hasClosed, out var reading);
                into.Receive(reading);
            }
            if (hasClosed)
                programs.UdpSockets.Remove(keys[i]);
        }
    }

    private void ChooseWhoMakesRoom()
    {
        var flows = 0;
        if (_eviction.IsCrowded(_slots.Used))
        {
            for (var slot = 0; slot < _slots.Used && flows < _lastRefreshes.Length; slot++)
            {
                if (_slots.LastRefreshOf(slot) is { } last)
                    _lastRefreshes[flows++] = last;
            }
        }
        _eviction.Choose(_lastRefreshes.AsSpan(0, flows));
    }
}
