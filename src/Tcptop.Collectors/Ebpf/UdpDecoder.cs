using Tcptop.Model;

namespace Tcptop.Collectors.Ebpf;

/// <summary>How a note of the kernel side's is read for its owner.</summary>
/// <param name="Pass">The last walk that looked for owners; holders that an earlier one found are not said.</param>
/// <param name="HasOwnIds">Whether the note has an id of our own pid namespace, which is not the initial one.</param>
internal readonly record struct OwnerReading(uint Pass, bool HasOwnIds);

/// <summary>From the kernel side's counters of a UDP flow to a record. Pure.</summary>
internal static class UdpDecoder
{
    /// <param name="socket">The flow's; null when there was no room for it, and then owner and namespace are
    /// not known.</param>
    /// <param name="owners">How what the socket says of its owner is to be read.</param>
    /// <param name="sampledNs">When the counters were read.</param>
    public static void DecodeFlow(
        in UdpFlowAbi flow, in UdpSocketAbi? socket, OwnerReading owners, ulong sampledNs, bool closed,
        out ConnectionRecord reading)
    {
        ref readonly var key = ref flow.Key;
        var remote = new Endpoint(SocketRecordDecoder.Address(key.AfFamily, key.Daddr), key.Dport);
        reading = default;
        reading.Key = new ConnectionKey(key.Cookie, flow.BornNs, remote, key.Ifindex);
        reading.Local = new Endpoint(SocketRecordDecoder.Address(key.AfFamily, flow.Saddr), flow.Sport);
        reading.Remote = remote;
        reading.Device = KernelName.FromBytes(flow.Device);
        Fill(flow.Counters, sampledNs, closed, ref reading);
        if (socket is { } known)
            FillOwner(known, owners, ref reading);
    }

    /// <summary>
    /// What a socket exchanged with peers for whose flows there was no room: a row without a remote end.
    /// </summary>
    public static void DecodeRest(ulong cookie, in UdpSocketAbi socket, OwnerReading owners, ulong sampledNs,
        bool closed, out ConnectionRecord reading)
    {
        ReadOnlySpan<byte> unspecified = stackalloc byte[16];
        var any = new Endpoint(SocketRecordDecoder.Address(socket.AfFamily, unspecified), 0);
        reading = default;
        reading.Key = new ConnectionKey(cookie, socket.RestBornNs);
        reading.Local = any with { Port = socket.Sport };
        reading.Remote = any;
        Fill(socket.Rest, sampledNs, closed, ref reading);
        FillOwner(socket, owners, ref reading);
    }

    private static void Fill(in UdpCountersAbi counters, ulong sampledNs, bool closed, ref ConnectionRecord reading)
    {
        reading.Protocol = Protocol.Udp;
        reading.LastSeenNs = sampledNs;
        reading.BytesOut = counters.BytesOut;
        reading.PacketsOut = counters.PacketsOut;
        // A datagram is counted as arrived a moment before it is counted as dropped.
        reading.BytesIn = counters.BytesIn - Math.Min(counters.BytesDropped, counters.BytesIn);
        reading.PacketsIn = counters.PacketsIn - Math.Min(counters.PacketsDropped, counters.PacketsIn);
        reading.Drops = counters.PacketsDropped;
        reading.IsClosed = closed;
    }

    private static void FillOwner(in UdpSocketAbi socket, OwnerReading owners, ref ConnectionRecord reading)
    {
        var pid = owners.HasOwnIds ? socket.Note.OwnerPidHere : socket.Note.OwnerPid;
        reading.Owner = new ProcessIdentity(socket.Note.OwnerPid, socket.Note.OwnerStartedNs, pid);
        reading.ProcessName = KernelName.FromBytes(socket.Note.OwnerComm);
        reading.Holders = socket.Note.Pass == (ushort)owners.Pass ? socket.Note.Holders : 0u;
        reading.CgroupId = socket.Note.CgroupId;
        reading.Uid = socket.Uid;
        reading.NetworkNamespace = socket.NetnsInum;
    }
}
