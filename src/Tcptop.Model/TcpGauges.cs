using System.Runtime.CompilerServices;

namespace Tcptop.Model;

/// <summary>
/// How a TCP socket stands: what goes up and down, as <c>tcp_get_info</c> reads it. Blittable, and laid out as
/// <c>struct tcp_gauges</c> of <c>bpf/tcptop_abi.h</c>.
/// </summary>
public struct TcpGauges
{
    /// <summary>Bytes a second, as last measured (<c>rate_delivered</c>); 0: not yet.</summary>
    public ulong DeliveryRate;

    /// <summary>Bytes a second (<c>sk_pacing_rate</c>); all bits set: none.</summary>
    public ulong PacingRate;

    /// <summary>Time in which data waited to be sent or acknowledged (<c>chrono_stat</c>, all three).</summary>
    public uint BusyMs;

    /// <summary>Of these, held by the peer's window.</summary>
    public uint RwndLimitedMs;

    /// <summary>And by the send buffer.</summary>
    public uint SndbufLimitedMs;

    /// <summary>Retransmission time-out (<c>icsk_rto</c>).</summary>
    public uint RtoUs;

    /// <summary>Variation of the round-trip time (<c>mdev_us / 4</c>).</summary>
    public uint RttvarUs;

    /// <summary>Round-trip time as the receiver sees it (<c>rcv_rtt_est / 8</c>); 0: not measured.</summary>
    public uint RcvRttUs;

    /// <summary>Congestion window in segments.</summary>
    public uint SndCwnd;

    /// <summary>Slow start ends at this congestion window; very large: it has not ended yet.</summary>
    public uint SndSsthresh;

    /// <summary>Largest payload of a segment (<c>mss_cache</c>).</summary>
    public uint Mss;

    /// <summary>The peer's window in bytes.</summary>
    public uint SndWnd;

    /// <summary>Our window in bytes, as it was last told.</summary>
    public uint RcvWnd;

    /// <summary>Sent, and not acknowledged (<c>snd_nxt - snd_una</c>).</summary>
    public uint UnackedBytes;

    /// <summary>Written by the program, and not sent (<c>write_seq - snd_nxt</c>).</summary>
    public uint UnsentBytes;

    /// <summary>Received in order, and not read by the program (<c>rcv_nxt - copied_seq</c>).</summary>
    public uint UnreadBytes;

    /// <summary>Segments in flight that are taken for lost (<c>lost_out</c>).</summary>
    public uint Lost;

    /// <summary>Segments that may come in between before one is taken for lost.</summary>
    public uint Reordering;

    /// <summary>How often reordering was seen.</summary>
    public uint ReordSeen;

    /// <summary>Segments that the peer says it had twice.</summary>
    public uint DsackDups;

    /// <summary>Segments with payload that were sent.</summary>
    public uint DataSegsOut;

    /// <summary>Segments with payload that were received.</summary>
    public uint DataSegsIn;

    /// <summary>Segments that reached the peer.</summary>
    public uint Delivered;

    /// <summary>Segments that came out of order.</summary>
    public uint RcvOoopack;

    /// <summary>Size of the send buffer (<c>sk_sndbuf</c>).</summary>
    public uint Sndbuf;

    /// <summary>Size of the receive buffer (<c>sk_rcvbuf</c>).</summary>
    public uint Rcvbuf;

    /// <summary>Time-outs in a row (<c>icsk_retransmits</c>).</summary>
    public byte Retransmits;

    /// <summary>Probes in a row that had no answer (<c>icsk_probes_out</c>).</summary>
    public byte ProbesOut;

    public ushort Pad;

    public uint Pad2;

    /// <summary>Name of the congestion control (<c>icsk_ca_ops</c>).</summary>
    public CongestionName Congestion;
}

/// <summary><c>TCP_CA_NAME_MAX</c> bytes, ended by NUL.</summary>
[InlineArray(16)]
public struct CongestionName
{
    private byte _first;
}
