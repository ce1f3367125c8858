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
    private readonly ulong _idleNs = (ulong)idle.Ticks * 100;
    private ulong[] _lastTimes = [];
    private (uint Sockets, uint Flows)? _madeSeen;
    private ulong _endedEarly;

    /// <summary>Flows that had to make room for newer ones. Their totals were read to the last datagram; should they go on, they begin anew.</summary>
    public ulong EndedEarly => Volatile.Read(ref _endedEarly);

    public void Collect(ISampleReceiver into)
    {
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
        var idleSinceNs = Math.Max(nowNs - Math.Min(_idleNs, nowNs), CrowdedOutUntilNs());
        var keys = _flows.Keys;
        var values = _flows.Values;
        for (var i = 0; i < keys.Length; i++)
        {
            ref readonly var key = ref keys[i];
            ref var flow = ref values[i];
            UdpSocketAbi? socket = _socketAt.TryGetValue(key.Cookie, out var at) ? _sockets.Values[at] : null;
            var hasEnded = socket is { ClosedNs: not 0 } || flow.LastNs <= idleSinceNs;
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

    /// <summary>Flows without a datagram since this time make room; 0 while there is room enough.</summary>
    private ulong CrowdedOutUntilNs()
    {
        var flows = _flows.Values;
        if (flows.Length < Crowded)
            return 0;
        if (_lastTimes.Length < flows.Length)
            _lastTimes = new ulong[UdpFlowAbi.TableSize];
        for (var i = 0; i < flows.Length; i++)
            _lastTimes[i] = flows[i].LastNs;
        var times = _lastTimes.AsSpan(0, flows.Length);
        times.Sort();
        var surplus = flows.Length - KeptWhenCrowded;
        Volatile.Write(ref _endedEarly, _endedEarly + (ulong)surplus);
        return times[surplus - 1];
    }
}
