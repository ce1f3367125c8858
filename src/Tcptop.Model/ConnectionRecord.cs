namespace Tcptop.Model;

/// <summary>
/// One connection, from the collector's reading of it to the cell that shows it. A collector fills in what it has
/// read: totals since the connection's birth, never rates. The table adds rates, and keeps what a later reading
/// cannot say any more. What is not known is null, never 0.
/// </summary>
public struct ConnectionRecord
{
    // What orders, counts and filters look at stands together: of 100,000 rows it is the memory that takes the time.
    public ConnectionKey Key;

    private Facts _facts;
    private TcpState _state;

    public Protocol Protocol;

    /// <summary>How many processes hold the socket open; 0 when not counted.</summary>
    public uint Holders;

    private ulong _bytesIn;
    private ulong _bytesOut;
    private double _rateIn;
    private double _rateOut;
    private ulong _packetsIn;
    private ulong _packetsOut;

    /// <summary>What only TCP counts; zeros for UDP.</summary>
    public TcpCounters Tcp;

    /// <summary>The same of how it stands.</summary>
    public TcpGauges Gauges;

    /// <summary>The process that opened the socket first of those that hold it; pid 0 when unknown.</summary>
    public ProcessIdentity Owner;

    public KernelName ProcessName;

    public Endpoint Local;

    public Endpoint Remote;

    /// <summary>
    /// The device that the route, or the flow's last datagram, uses (<c>net_device.name</c>), in its network
    /// namespace; empty when not known.
    /// </summary>
    public KernelName Device;

    /// <summary>Cgroup v2 id of the socket; 0 when unknown.</summary>
    public ulong CgroupId;

    /// <summary>Kernel monotonic time of the last reading.</summary>
    public ulong LastSeenNs;

    private ulong _drops;
    private uint _uid;
    private uint _acceptQueue;
    private uint _acceptLimit;

    /// <summary>Inode number of the network namespace.</summary>
    public uint NetworkNamespace;

    /// <summary>Each says that something is so, or is known; none holds of a record that was just made.</summary>
    [Flags]
    private enum Facts : ushort
    {
        CountersAbsent = 1,
        Closed = 2,
        New = 4,
        PacketsWrap = 8,
        RateIn = 16,
        RateOut = 32,
        Uid = 64,
        AcceptQueue = 128,
        Drops = 256,
    }

    /// <summary>Null for UDP, which has none.</summary>
    public TcpState? State
    {
        readonly get => _state == 0 ? null : _state;
        set => _state = value.GetValueOrDefault();
    }

    /// <summary>
    /// False of what is no connection: a listener, or what the kernel keeps in a socket's place (TIME_WAIT,
    /// SYN_RECV). All counters are null then.
    /// </summary>
    public bool HasCounters
    {
        readonly get => !Has(Facts.CountersAbsent);
        set => Set(Facts.CountersAbsent, !value);
    }

    /// <summary>
    /// Payload bytes received since the connection's birth. TCP: <c>tcp_sock.bytes_received</c>, less the one that
    /// the kernel counts for the peer's FIN.
    /// </summary>
    public ulong? BytesIn
    {
        readonly get => Counter(_bytesIn);
        set => _bytesIn = value.GetValueOrDefault();
    }

    /// <summary>
    /// Payload bytes that have left since the connection's birth, each once. TCP: <c>bytes_acked + (snd_nxt -
    /// snd_una)</c>, less a SYN or FIN in it.
    /// </summary>
    public ulong? BytesOut
    {
        readonly get => Counter(_bytesOut);
        set => _bytesOut = value.GetValueOrDefault();
    }

    /// <summary>TCP segments (<c>segs_in</c>) or UDP datagrams received since the connection's birth.</summary>
    public ulong? PacketsIn
    {
        readonly get => Counter(_packetsIn);
        set => _packetsIn = value.GetValueOrDefault();
    }

    /// <summary>TCP segments (<c>segs_out</c>) or UDP datagrams sent since the connection's birth.</summary>
    public ulong? PacketsOut
    {
        readonly get => Counter(_packetsOut);
        set => _packetsOut = value.GetValueOrDefault();
    }

    /// <summary>Of a reading: its packets wrap at 32 bits, as the kernel's segments do.</summary>
    public bool PacketCountersWrapAt32Bits
    {
        readonly get => Has(Facts.PacketsWrap);
        set => Set(Facts.PacketsWrap, value);
    }

    /// <summary>Bytes per second received; null until a second reading.</summary>
    public double? RateIn
    {
        readonly get => HasAlone(Facts.RateIn) ? _rateIn : null;
        set
        {
            Set(Facts.RateIn, value.HasValue);
            _rateIn = value.GetValueOrDefault();
        }
    }

    /// <summary>Bytes per second sent; null until a second reading.</summary>
    public double? RateOut
    {
        readonly get => HasAlone(Facts.RateOut) ? _rateOut : null;
        set
        {
            Set(Facts.RateOut, value.HasValue);
            _rateOut = value.GetValueOrDefault();
        }
    }

    /// <summary>Smoothed round-trip time in microseconds; null when none was measured, and for UDP.</summary>
    public uint? RttUs
    {
        readonly get => Tcp.SrttUs == 0 ? null : Tcp.SrttUs;
        set => Tcp.SrttUs = value.GetValueOrDefault();
    }

    /// <summary>TCP segments sent again; null for UDP, which sends nothing again.</summary>
    public uint? Retransmits
    {
        readonly get => IsCountedTcp ? Tcp.TotalRetrans : null;
        set => Tcp.TotalRetrans = value.GetValueOrDefault();
    }

    /// <summary>
    /// Payload that TCP handed to IP and that failed here (full queue, firewall, no route), each time that it was
    /// tried, but for tries of what had left before: <c>bytes_sent - bytes_retrans</c>, less
    /// <see cref="BytesOut"/>; null for UDP. The kernel counts a segment before it hands it over, and moves on in
    /// the sequence when it has left: a socket that is read between the two has it here until the next reading.
    /// </summary>
    public readonly ulong? SendFailedBytes
    {
        get
        {
            if (!IsCountedTcp)
                return null;
            var handedOver = Tcp.BytesSent - Math.Min(Tcp.BytesRetrans, Tcp.BytesSent);
            return handedOver - Math.Min(_bytesOut, handedOver);
        }
    }

    /// <summary>UDP datagrams that the socket had no room for; null for TCP.</summary>
    public ulong? Drops
    {
        readonly get => Has(Facts.Drops) ? _drops : null;
        set
        {
            Set(Facts.Drops, value.HasValue);
            _drops = value.GetValueOrDefault();
        }
    }

    /// <summary>
    /// Of a listener: connections that wait to be accepted (<c>sk_ack_backlog</c>), and how many may
    /// (<c>sk_max_ack_backlog</c>).
    /// </summary>
    public (uint Waiting, uint Limit)? AcceptQueue
    {
        readonly get => Has(Facts.AcceptQueue) ? (_acceptQueue, _acceptLimit) : null;
        set
        {
            Set(Facts.AcceptQueue, value.HasValue);
            (_acceptQueue, _acceptLimit) = value.GetValueOrDefault();
        }
    }

    /// <summary>
    /// User id of the socket (<c>sk_uid</c>), as <c>ss -e</c> shows it; null where the kernel keeps none.
    /// </summary>
    public uint? Uid
    {
        readonly get => Has(Facts.Uid) ? _uid : null;
        set
        {
            Set(Facts.Uid, value.HasValue);
            _uid = value.GetValueOrDefault();
        }
    }

    /// <summary>Its first refresh on screen.</summary>
    public bool IsNew
    {
        readonly get => Has(Facts.New);
        set => Set(Facts.New, value);
    }

    /// <summary>Its last reading: the connection has ended, and the totals are final.</summary>
    public bool IsClosed
    {
        readonly get => Has(Facts.Closed);
        set => Set(Facts.Closed, value);
    }

    /// <summary>It was there before the program. Its totals are exact all the same; its age is not known.</summary>
    public readonly bool PredatesProgram => Key.BornNs == 0;

    /// <summary>Time since birth at the last reading; null when it pre-dates the program.</summary>
    public readonly TimeSpan? Age => PredatesProgram
        ? null
        : TimeSpan.FromTicks((long)((LastSeenNs - Math.Min(LastSeenNs, Key.BornNs)) / 100));

    /// <summary>Rate in and out together; 0 until a second reading.</summary>
    public readonly double RateTotal => RateIn.GetValueOrDefault() + RateOut.GetValueOrDefault();

    /// <summary>A TCP socket with counters: no listener, and nothing that stands in a socket's place.</summary>
    public readonly bool IsCountedTcp => HasCounters && Protocol == Protocol.Tcp;

    private readonly ulong? Counter(ulong value) => HasCounters ? value : null;

    private readonly bool Has(Facts fact) => (_facts & fact) != 0;

    /// <summary>Whether it is so, and there are counters.</summary>
    private readonly bool HasAlone(Facts fact) => (_facts & (fact | Facts.CountersAbsent)) == fact;

    private void Set(Facts fact, bool isSo) => _facts = isSo ? _facts | fact : _facts & ~fact;
}
