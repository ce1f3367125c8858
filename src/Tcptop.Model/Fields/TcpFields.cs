using System.Collections.Immutable;

namespace Tcptop.Model.Fields;

/// <summary>How TCP sockets stand, as ss -ti shows it: fields that are there by name alone.</summary>
public static class TcpFields
{
    public static readonly NumberField Cwnd = Gauge(
        "cwnd", "Cwnd", FieldUnit.Segments, "snd_cwnd", "Congestion window in segments (tcpi_snd_cwnd)",
        static (in row) => row.Gauges.SndCwnd);

    public static readonly NumberField Ssthresh = Gauge(
        "ssthresh", "Ssthresh", FieldUnit.Segments, "snd_ssthresh",
        "Congestion window at which slow start ends; unknown until then (tcpi_snd_ssthresh)",
        static (in row) => row.Gauges.SndSsthresh is var segments and < InfiniteSsthresh ? segments : null);

    public static readonly NumberField Mss = Gauge(
        "mss", "MSS", FieldUnit.Bytes, "mss_cache", "Largest payload of a segment that is sent (tcpi_snd_mss)",
        static (in row) => row.Gauges.Mss);

    public static readonly NumberField Rttvar = Gauge(
        "rttvar_us", "RTT Var", FieldUnit.Microseconds, "mdev_us", "Variation of the round-trip time (tcpi_rttvar)",
        static (in row) => row.Gauges.RttvarUs);

    public static readonly NumberField ReceiveRtt = Gauge(
        "receive_rtt_us", "Rcv RTT", FieldUnit.Microseconds, "rcv_rtt_est",
        "Round-trip time as the receiver of data sees it (tcpi_rcv_rtt)",
        static (in row) => row.Gauges.RcvRttUs is var time and not 0 ? time : null);

    public static readonly NumberField Rto = Gauge(
        "rto_us", "RTO", FieldUnit.Microseconds, "icsk_rto", "Time-out after which a segment is sent again (tcpi_rto)",
        static (in row) => row.Gauges.RtoUs);

    public static readonly NumberField TimeoutsInARow = Gauge(
        "timeouts", "Timeouts", FieldUnit.Count, "icsk_retransmits", "Time-outs in a row (tcpi_retransmits)",
        static (in row) => row.Gauges.Retransmits);

    public static readonly NumberField Probes = Gauge(
        "probes", "Probes", FieldUnit.Count, "icsk_probes_out",
        "Probes in a row that had no answer, of a closed window or keepalive (tcpi_probes)",
        static (in row) => row.Gauges.ProbesOut);

    public static readonly NumberField UnackedBytes = Gauge(
        "unacked_bytes", "Unacked", FieldUnit.Bytes, "snd_nxt - snd_una",
        "Bytes that were sent and are not acknowledged (tcpi_unacked is in segments)",
        static (in row) => row.Gauges.UnackedBytes);

    public static readonly NumberField UnsentBytes = Gauge(
        "unsent_bytes", "Unsent", FieldUnit.Bytes, "write_seq - snd_nxt",
        "Bytes that the program wrote and that are not sent (tcpi_notsent_bytes)",
        static (in row) => row.Gauges.UnsentBytes);

    public static readonly NumberField UnreadBytes = Gauge(
        "unread_bytes", "Unread", FieldUnit.Bytes, "rcv_nxt - copied_seq",
        "Bytes, and a FIN, that came in and that the program has not read (Recv-Q of ss)",
        static (in row) => row.Gauges.UnreadBytes);

    public static readonly NumberField SendWindow = Gauge(
        "send_window", "Snd Wnd", FieldUnit.Bytes, "snd_wnd", "The peer's receive window (tcpi_snd_wnd)",
        static (in row) => row.Gauges.SndWnd);

    public static readonly NumberField ReceiveWindow = Gauge(
        "receive_window", "Rcv Wnd", FieldUnit.Bytes, "rcv_wnd",
        "Our receive window as the peer was last told (tcpi_rcv_wnd)", static (in row) => row.Gauges.RcvWnd);

    public static readonly NumberField SendBuffer = Gauge(
        "send_buffer", "Snd Buf", FieldUnit.Bytes, "sk_sndbuf", "Size of the send buffer (skmem tb of ss)",
        static (in row) => row.Gauges.Sndbuf);

    public static readonly NumberField ReceiveBuffer = Gauge(
        "receive_buffer", "Rcv Buf", FieldUnit.Bytes, "sk_rcvbuf", "Size of the receive buffer (skmem rb of ss)",
        static (in row) => row.Gauges.Rcvbuf);

    public static readonly NumberField DeliveryRate = Gauge(
        "delivery_rate", "Delivery", FieldUnit.Bytes, "rate_delivered, rate_interval_us",
        "Bytes a second that reached the peer, as last measured (tcpi_delivery_rate)",
        static (in row) => row.Gauges.DeliveryRate is var rate and not 0 ? rate : null);

    public static readonly NumberField PacingRate = Gauge(
        "pacing_rate", "Pacing", FieldUnit.Bytes, "sk_pacing_rate",
        "Bytes a second at which segments are sent; unknown where nothing paces them (tcpi_pacing_rate)",
        static (in row) => row.Gauges.PacingRate is var rate and not (0 or ulong.MaxValue) ? rate : null);

    public static readonly NumberField Busy = Counter(
        "busy_ms", "Busy ms", "chrono_stat", "Milliseconds in which data waited to be sent or acknowledged (tcpi_busy_time)",
        static (in row) => row.Gauges.BusyMs, FieldUnit.Milliseconds);

    public static readonly NumberField RwndLimited = Counter(
        "rwnd_limited_ms", "Rwnd ms", "chrono_stat",
        "Of busy_ms, those in which the peer's window held them up (tcpi_rwnd_limited)",
        static (in row) => row.Gauges.RwndLimitedMs, FieldUnit.Milliseconds);

    public static readonly NumberField SndbufLimited = Counter(
        "sndbuf_limited_ms", "Sndbuf ms", "chrono_stat",
        "Of busy_ms, those in which the send buffer was too small (tcpi_sndbuf_limited)",
        static (in row) => row.Gauges.SndbufLimitedMs, FieldUnit.Milliseconds);

    public static readonly NumberField Lost = Gauge(
        "lost", "Lost", FieldUnit.Segments, "lost_out", "Segments in flight that are taken for lost (tcpi_lost)",
        static (in row) => row.Gauges.Lost);

    public static readonly NumberField Dsacks = Counter(
        "dsacks", "DSACKs", "dsack_dups", "Segments that the peer had twice (tcpi_dsack_dups)",
        static (in row) => row.Gauges.DsackDups);

    public static readonly NumberField Reordering = Gauge(
        "reordering", "Reorder", FieldUnit.Segments, "reordering",
        "Segments that may overtake one before it is taken for lost (tcpi_reordering)",
        static (in row) => row.Gauges.Reordering);

    public static readonly NumberField ReorderSeen = Counter(
        "reorder_seen", "Reo Seen", "reord_seen", "How often segments overtook each other (tcpi_reord_seen)",
        static (in row) => row.Gauges.ReordSeen);

    public static readonly NumberField OutOfOrder = Counter(
        "out_of_order", "OOO", "rcv_ooopack", "Segments that came in out of order (tcpi_rcv_ooopack)",
        static (in row) => row.Gauges.RcvOoopack);

    public static readonly NumberField DataSegmentsOut = Counter(
        "data_segments_out", "Data Out", "data_segs_out", "Segments with data that were sent (tcpi_data_segs_out)",
        static (in row) => row.Gauges.DataSegsOut);

    public static readonly NumberField DataSegmentsIn = Counter(
        "data_segments_in", "Data In", "data_segs_in", "Segments with data that came in (tcpi_data_segs_in)",
        static (in row) => row.Gauges.DataSegsIn);

    public static readonly NumberField Delivered = Counter(
        "delivered", "Delivered", "delivered", "Segments that reached the peer (tcpi_delivered)",
        static (in row) => row.Gauges.Delivered);

    public static readonly FractionField RetransmitShare = new(
        "retransmit_share", "Resent %", 2, static (in row) =>
            row.IsCountedTcp && row.Gauges.DataSegsOut is var sent and not 0
                ? 100.0 * row.Tcp.TotalRetrans / sent
                : null)
    {
        Unit = FieldUnit.Percent,
        Kind = FieldKind.Gauge,
        Source = "total_retrans, data_segs_out",
        Help = "retransmits in percent of data_segments_out",
    };

    public static readonly NameField Congestion = new(
        "congestion", "Congestion", static (in row) =>
            row.IsCountedTcp ? KernelName.FromBytes(row.Gauges.Congestion) : default)
    {
        Source = "icsk_ca_ops",
        Help = "Name of the congestion control (ss shows it)",
    };

    /// <summary>TCP_INFINITE_SSTHRESH.</summary>
    private const uint InfiniteSsthresh = int.MaxValue;

    public static ImmutableArray<Field> All { get; } =
    [
        Cwnd, Ssthresh, Mss, Rttvar, ReceiveRtt, Rto, TimeoutsInARow, Probes, UnackedBytes, UnsentBytes, UnreadBytes,
        SendWindow, ReceiveWindow, SendBuffer, ReceiveBuffer, DeliveryRate, PacingRate, Busy, RwndLimited,
        SndbufLimited, Lost, Dsacks, Reordering, ReorderSeen, OutOfOrder, DataSegmentsOut, DataSegmentsIn, Delivered,
        RetransmitShare, Congestion,
    ];

    private static NumberField Gauge(
        string name, string title, FieldUnit unit, string source, string help, NumberField.Reader read) =>
        Of(name, title, unit, FieldKind.Gauge, source, help, read);

    private static NumberField Counter(
        string name, string title, string source, string help, NumberField.Reader read,
        FieldUnit unit = FieldUnit.Count) =>
        Of(name, title, unit, FieldKind.Counter, source, help, read);

    /// <summary>Of TCP sockets with counters; others have none.</summary>
    private static NumberField Of(
        string name, string title, FieldUnit unit, FieldKind kind, string source, string help,
        NumberField.Reader read) =>
        new(name, title, (in row) => row.IsCountedTcp ? read(row) : null)
        {
            Unit = unit,
            Kind = kind,
            Source = source,
            Help = help,
        };
}
