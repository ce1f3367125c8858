using Tcptop.Model;

namespace Tcptop.Collectors.Ebpf;

/// <summary>From the kernel's record of a TCP socket to ours. Pure.</summary>
internal static class SocketRecordDecoder
{
    private const ushort AfInet6 = 10;

    public static void Decode(in SocketRecordAbi record, bool closed, out ConnectionRecord reading)
    {
        reading = default;
        reading.HasCounters = (record.Flags & SocketRecordAbi.NoCounters) == 0;
        reading.Local = new Endpoint(Address(record.AfFamily, record.Saddr), record.Sport);
        reading.Remote = RemoteOf(record);
        reading.Protocol = Protocol.Tcp;
        reading.State = (TcpState)record.State;
        reading.Key = KeyOf(record);
        reading.LastSeenNs = record.SampledNs;
        reading.BytesIn = PayloadReceived(record);
        reading.BytesOut = record.BytesOut;
        reading.Tcp = record.Tcp;
        reading.Gauges = record.Gauges;
        reading.PacketsIn = record.Tcp.SegsIn;
        reading.PacketsOut = record.Tcp.SegsOut;
        reading.PacketCountersWrapAt32Bits = true;
        reading.Owner = new ProcessIdentity(record.OwnerPid, record.OwnerStartedNs, record.OwnerPidHere);
        reading.ProcessName = KernelName.FromBytes(record.OwnerComm);
        reading.Holders = record.Holders;
        reading.Uid = record.Uid != SocketRecordAbi.NoUid ? record.Uid : null;
        reading.Device = KernelName.FromBytes(record.Device);
        if (reading.State == TcpState.Listen)
            reading.AcceptQueue = (record.AcceptQueue, record.AcceptLimit);
        reading.NetworkNamespace = record.NetnsInum;
        reading.CgroupId = record.CgroupId;
        reading.IsClosed = closed;
    }

    /// <summary>
    /// TIME_WAIT has the cookie of the connection that it is left of, and like an older one no birth: the peer makes
    /// it a row of its own.
    /// </summary>
    public static ConnectionKey KeyOf(in SocketRecordAbi record)
    {
        var isLeft = (record.Flags & SocketRecordAbi.NoCounters) != 0 && (TcpState)record.State != TcpState.Listen;
        return new ConnectionKey(record.Cookie, record.BornNs, isLeft ? RemoteOf(record) : default);
    }

    private static Endpoint RemoteOf(in SocketRecordAbi record) =>
        new(Address(record.AfFamily, record.Daddr), record.Dport);

    public static HostAddress Address(ushort family, ReadOnlySpan<byte> bytes) =>
        family == AfInet6 ? HostAddress.FromIPv6(bytes) : HostAddress.FromIPv4(bytes);

    /// <summary>The kernel counts the peer's FIN, which takes a sequence number, as a byte.</summary>
    private static ulong PayloadReceived(in SocketRecordAbi record)
    {
        var countsFin = (record.Flags & SocketRecordAbi.FinReceived) != 0 && record.Tcp.BytesReceived != 0;
        return countsFin ? record.Tcp.BytesReceived - 1 : record.Tcp.BytesReceived;
    }
}
