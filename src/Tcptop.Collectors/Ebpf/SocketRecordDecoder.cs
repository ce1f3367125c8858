using Tcptop.Model;

namespace Tcptop.Collectors.Ebpf;

/// <summary>From the kernel's record of a TCP socket to a sample. Pure.</summary>
internal static class SocketRecordDecoder
{
    private const ushort AfInet6 = 10;

    public static void Decode(in SocketRecordAbi record, bool closed, out ConnectionSample sample)
    {
        sample = default;
        sample.CountersAbsent = (record.Flags & SocketRecordAbi.NoCounters) != 0;
        sample.Local = new Endpoint(Address(record.AfFamily, record.Saddr), record.Sport);
        sample.Remote = new Endpoint(Address(record.AfFamily, record.Daddr), record.Dport);
        sample.Protocol = Protocol.Tcp;
        sample.State = (TcpState)record.State;
        // TIME_WAIT has the cookie of the connection that it is left of, and like an older one no birth: the peer makes it a row of its own.
        sample.Key = new ConnectionKey(record.Cookie, record.BornNs, sample.CountersAbsent ? sample.Remote : default);
        sample.SampledNs = record.SampledNs;
        sample.BytesIn = PayloadReceived(record);
        sample.BytesOut = record.BytesOut;
        sample.SendFailedBytes = SendFailed(record);
        sample.PacketsIn = record.SegsIn;
        sample.PacketsOut = record.SegsOut;
        sample.PacketCountersWrapAt32Bits = true;
        sample.Retransmits = record.TotalRetrans;
        sample.RttUs = record.SrttUs != 0 ? record.SrttUs : null;
        sample.Owner = new ProcessIdentity(record.OwnerPid, record.OwnerStartedNs, record.OwnerPidHere);
        sample.ProcessName = KernelName.FromBytes(record.OwnerComm);
        sample.Holders = record.Holders;
        sample.Uid = record.Uid != SocketRecordAbi.NoUid ? record.Uid : null;
        sample.Device = KernelName.FromBytes(record.Device);
        if (sample.State == TcpState.Listen)
            (sample.AcceptQueue, sample.AcceptLimit) = (record.AcceptQueue, record.AcceptLimit);
        sample.NetworkNamespace = record.NetnsInum;
        sample.CgroupId = record.CgroupId;
        sample.Closed = closed;
    }

    public static HostAddress Address(ushort family, ReadOnlySpan<byte> bytes) =>
        family == AfInet6 ? HostAddress.FromIPv6(bytes) : HostAddress.FromIPv4(bytes);

    /// <summary>
    /// What was handed to IP for the first time and has not left. The kernel counts a segment before it hands it over, and moves on in the sequence when
    /// it has left: a socket that is read between the two has it among these until the next reading.
    /// </summary>
    private static ulong SendFailed(in SocketRecordAbi record)
    {
        var handedOver = record.BytesSent - Math.Min(record.BytesRetrans, record.BytesSent);
        return handedOver - Math.Min(record.BytesOut, handedOver);
    }

    /// <summary>The kernel counts the peer's FIN, which takes a sequence number, as a byte.</summary>
    private static ulong PayloadReceived(in SocketRecordAbi record)
    {
        var countsFin = (record.Flags & SocketRecordAbi.FinReceived) != 0 && record.BytesReceived != 0;
        return countsFin ? record.BytesReceived - 1 : record.BytesReceived;
    }
}
