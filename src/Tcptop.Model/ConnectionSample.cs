namespace Tcptop.Model;

/// <summary>
/// One reading of one connection's counters, as a collector takes it: totals since the connection's birth, never rates. The counters
/// only grow, but for <see cref="PacketsIn"/> and <see cref="PacketsOut"/>, which wrap as <see cref="PacketCountersWrapAt32Bits"/> says.
/// </summary>
public struct ConnectionSample
{
    public ConnectionKey Key;
    public Endpoint Local;
    public Endpoint Remote;

    /// <summary>Kernel monotonic time of this reading.</summary>
    public ulong SampledNs;

    /// <summary>Payload received. TCP: <c>tcp_sock.bytes_received</c>, less the one the kernel counts for the peer's FIN.</summary>
    public ulong BytesIn;

    /// <summary>Payload that has left, each byte once. TCP: <c>bytes_acked + (snd_nxt - snd_una)</c>, less a SYN or FIN in it.</summary>
    public ulong BytesOut;

    /// <summary>
    /// Payload that TCP handed to IP and that failed here (full queue, firewall, no route), each time that it was tried, but for the tries of what had left
    /// before: <c>bytes_sent - bytes_retrans</c>, less <see cref="BytesOut"/>. 0 for UDP.
    /// </summary>
    public ulong SendFailedBytes;

    /// <summary>TCP segments (<c>segs_in</c>) or UDP datagrams received.</summary>
    public ulong PacketsIn;

    /// <summary>TCP segments (<c>segs_out</c>) or UDP datagrams sent.</summary>
    public ulong PacketsOut;

    /// <summary>Cgroup of the socket (v2 id); 0 when the kernel does not say.</summary>
    public ulong CgroupId;

    public ProcessIdentity Owner;
    public KernelName ProcessName;

    /// <summary>How many processes hold the socket open; 0 when not yet counted.</summary>
    public uint Holders;

    /// <summary>User id of the socket (<c>sk_uid</c>), as <c>ss -e</c> shows it; null where the kernel keeps none.</summary>
    public uint? Uid;

    /// <summary>Inode number of the network namespace.</summary>
    public uint NetworkNamespace;

    /// <summary>Segments sent again (<c>total_retrans</c>).</summary>
    public uint Retransmits;

    /// <summary>Smoothed round-trip time in microseconds (<c>srtt_us / 8</c>); null before the first measurement, and for UDP.</summary>
    public uint? RttUs;

    /// <summary>The device that the socket's route, or the flow's last datagram, uses (<c>net_device.name</c>); empty when not known.</summary>
    public KernelName Device;

    /// <summary>UDP datagrams that the socket had no room for; null for TCP.</summary>
    public ulong? Drops;

    /// <summary>Of a listener: connections that wait to be accepted (<c>sk_ack_backlog</c>).</summary>
    public uint? AcceptQueue;

    /// <summary>Of a listener: how many may wait (<c>sk_max_ack_backlog</c>).</summary>
    public uint? AcceptLimit;

    public Protocol Protocol;

    /// <summary>Null for UDP, which has none.</summary>
    public TcpState? State;

    public bool PacketCountersWrapAt32Bits;

    /// <summary>No connection with counters of its own, but a listener, or what the kernel keeps in place of a socket (TIME_WAIT, SYN_RECV).</summary>
    public bool CountersAbsent;

    /// <summary>The final reading: the connection has ended with these totals.</summary>
    public bool Closed;
}
