namespace Tcptop.Model;

/// <summary>
/// What the kernel counts for one TCP socket, as it stands in <c>struct tcp_sock</c>. Blittable, and laid out as
/// <c>struct tcp_counters</c> of <c>bpf/tcptop_abi.h</c>, so that a record of the kernel's is decoded by one copy.
/// </summary>
public struct TcpCounters
{
    /// <summary>Payload handed to IP, with what was sent again and what IP then refused (<c>bytes_sent</c>).</summary>
    public ulong BytesSent;

    /// <summary>Of these, sent again (<c>bytes_retrans</c>).</summary>
    public ulong BytesRetrans;

    /// <summary>Payload received in order, and one more for the peer's FIN (<c>bytes_received</c>).</summary>
    public ulong BytesReceived;

    /// <summary>Segments sent (<c>segs_out</c>); wraps.</summary>
    public uint SegsOut;

    /// <summary>Segments received (<c>segs_in</c>); wraps.</summary>
    public uint SegsIn;

    /// <summary>Segments sent again (<c>total_retrans</c>).</summary>
    public uint TotalRetrans;

    /// <summary>Smoothed round-trip time in microseconds (<c>srtt_us / 8</c>); 0: none measured.</summary>
    public uint SrttUs;

    /// <summary>Least round-trip time of the last minutes in microseconds (<c>rtt_min</c>); 0: none measured.</summary>
    public uint MinRttUs;

    public uint Pad;
}
