using Tcptop.Model;

namespace Tcptop.Collectors.Ebpf;

/// <summary>How a note of the kernel side's is read for its owner.</summary>
/// <param name="Pass">The last walk that looked for owners; holders that an earlier one found are not said.</param>
/// <param name="HasOwnIds">Whether the note has an id of our own pid namespace, which is not the initial one.</param>
internal readonly record struct OwnerReading(uint Pass, bool HasOwnIds);

/// <summary>From the kernel side's counters of a UDP flow to a sample. Pure.</summary>
internal static class UdpDecoder
{
    /// <param name="socket">The flow's; null when there was no room for it, and then owner and namespace are not known.</param>
    /// <param name="owners">How what the socket says of its owner is to be read.</param>
    /// <param name="sampledNs">When the counters were read.</param>
    public static void DecodeFlow(
        in UdpFlowAbi flow, in UdpSocketAbi? socket, OwnerReading owners, ulong sampledNs, bool closed, out ConnectionSample sample)
    {
        ref readonly var key = ref flow.Key;
        var remote = new Endpoint(SocketRecordDecoder.Address(key.AfFamily, key.Daddr), key.Dport);
        sample = default;
        sample.Key = new ConnectionKey(key.Cookie, flow.BornNs, remote, key.Ifindex);
        sample.Local = new Endpoint(SocketRecordDecoder.Address(key.AfFamily, flow.Saddr), flow.Sport);
        sample.Remote = remote;
        sample.Device = KernelName.FromBytes(flow.Device);
        Fill(flow.Counters, sampledNs, closed, ref sample);
        if (socket is { } known)
            FillOwner(known, owners, ref sample);
    }

    /// <summary>What a socket exchanged with peers for whose flows there was no room: a row without a remote end.</summary>
    public static void DecodeRest(ulong cookie, in UdpSocketAbi socket, OwnerReading owners, ulong sampledNs, bool closed, out ConnectionSample sample)
    {
        ReadOnlySpan<byte> unspecified = stackalloc byte[16];
        var any = new Endpoint(SocketRecordDecoder.Address(socket.AfFamily, unspecified), 0);
        sample = default;
        sample.Key = new ConnectionKey(cookie, socket.RestBornNs);
        sample.Local = any with { Port = socket.Sport };
        sample.Remote = any;
        Fill(socket.Rest, sampledNs, closed, ref sample);
        FillOwner(socket, owners, ref sample);
    }

    private static void Fill(in UdpCountersAbi counters, ulong sampledNs, bool closed, ref ConnectionSample sample)
    {
        sample.Protocol = Protocol.Udp;
        sample.SampledNs = sampledNs;
        sample.BytesOut = counters.BytesOut;
        sample.PacketsOut = counters.PacketsOut;
        // A datagram is counted as arrived a moment before it is counted as dropped.
        sample.BytesIn = counters.BytesIn - Math.Min(counters.BytesDropped, counters.BytesIn);
        sample.PacketsIn = counters.PacketsIn - Math.Min(counters.PacketsDropped, counters.PacketsIn);
        sample.Drops = counters.PacketsDropped;
        sample.Closed = closed;
    }

    private static void FillOwner(in UdpSocketAbi socket, OwnerReading owners, ref ConnectionSample sample)
    {
        var pid = owners.HasOwnIds ? socket.Note.OwnerPidHere : socket.Note.OwnerPid;
        sample.Owner = new ProcessIdentity(socket.Note.OwnerPid, socket.Note.OwnerStartedNs, pid);
        sample.ProcessName = KernelName.FromBytes(socket.Note.OwnerComm);
        sample.Holders = socket.Note.Pass == (ushort)owners.Pass ? socket.Note.Holders : 0u;
        sample.CgroupId = socket.Note.CgroupId;
        sample.Uid = socket.Uid;
        sample.NetworkNamespace = socket.NetnsInum;
    }
}
