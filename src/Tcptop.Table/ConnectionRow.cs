using Tcptop.Model;

namespace Tcptop.Table;

/// <summary>The table's memory of one connection: its last sample and what two samples give.</summary>
internal struct ConnectionRow
{
    private const uint SnapshotsUntilMissing = 2;

    private WrappingCounter _packetsIn;
    private WrappingCounter _packetsOut;
    private ulong _lastSeenNs;
    private uint _holders;
    private uint? _uid;
    private uint _networkNamespace;
    private uint _retransmits;
    private ulong _sendFailedBytes;
    private ulong? _drops;
    private (uint Waiting, uint Limit)? _acceptQueue;

    public ConnectionKey Key { get; private set; }

    public Endpoint Local { get; private set; }

    public Endpoint Remote { get; private set; }

    public ProcessIdentity Owner { get; private set; }

    public KernelName ProcessName { get; private set; }

    public TcpState? State { get; private set; }

    public double? RateIn { get; private set; }

    public double? RateOut { get; private set; }

    public uint? RttUs { get; private set; }

    public ulong CgroupId { get; private set; }

    public ulong BytesIn { get; private set; }

    public ulong BytesOut { get; private set; }

    public KernelName Device { get; private set; }

    public readonly ulong PacketsIn => _packetsIn.Total;

    public readonly ulong PacketsOut => _packetsOut.Total;

    public Protocol Protocol { get; private set; }

    /// <summary>Number of the refresh that last had a sample of it.</summary>
    public uint SeenInRefresh { get; private set; }

    /// <summary>
    /// Whether the last snapshots have not had it, though it has not ended: what is known of it is old. One snapshot may miss it: a walk over a changing
    /// kernel table may step over a socket.
    /// </summary>
    public readonly bool IsMissing(uint refresh) => !IsClosed && refresh - SeenInRefresh >= SnapshotsUntilMissing;

    /// <summary>Its place among the samples of the refresh that last had one.</summary>
    public int SamplePosition { get; set; }

    public uint FirstRefresh { get; private set; }

    public bool IsClosed { get; private set; }

    public bool HasCounters { get; private set; }

    /// <summary>What it moved in the refresh that last had a sample of it.</summary>
    public (ulong In, ulong Out) RefreshBytes { get; set; }

    /// <summary>What it moved in its first refresh, in and out, a second of the whole refresh; 0 where that is not known.</summary>
    public double FirstRate { get; set; }

    /// <summary>
    /// Rates in and out together, for ordering. In its first refresh, which for a short connection is its only one, it has no rate, and what it moved
    /// in it counts: a host of many short connections has no others.
    /// </summary>
    public readonly double RateForOrder => RateIn is null && RateOut is null ? FirstRate : RateIn.GetValueOrDefault() + RateOut.GetValueOrDefault();

    /// <summary>Starts the row with the connection's first sample.</summary>
    public void Begin(in ConnectionSample sample, uint refresh)
    {
        this = default;
        Key = sample.Key;
        Protocol = sample.Protocol;
        FirstRefresh = refresh;
        BytesIn = sample.BytesIn;
        BytesOut = sample.BytesOut;
        TakePackets(sample, first: true);
        TakeFacts(sample, refresh);
    }

    /// <summary>
    /// Takes a further sample. <paramref name="refreshNs"/> is the end of the time that the rates of a final sample speak of: a connection that
    /// sent 1 MB and closed a millisecond after a refresh moved 1 MB in this refresh, not 1 GB a second.
    /// </summary>
    public void Update(in ConnectionSample sample, uint refresh, ulong refreshNs)
    {
        // A live socket may be read while the kernel is at it, with a FIN or a repeated segment counted and not yet known for what it is. The final
        // sample is exact, if less.
        var bytesIn = sample.Closed ? sample.BytesIn : Math.Max(BytesIn, sample.BytesIn);
        var bytesOut = sample.Closed ? sample.BytesOut : Math.Max(BytesOut, sample.BytesOut);
        if (SeenInRefresh != refresh)
        {
            var until = sample.Closed ? Math.Max(refreshNs, sample.SampledNs) : sample.SampledNs;
            RateIn = Rate.Between(BytesIn, bytesIn, _lastSeenNs, until) ?? RateIn;
            RateOut = Rate.Between(BytesOut, bytesOut, _lastSeenNs, until) ?? RateOut;
        }
        BytesIn = bytesIn;
        BytesOut = bytesOut;
        TakePackets(sample, first: false);
        TakeFacts(sample, refresh);
    }

    /// <summary>Ends the row on what was last known: its final sample was lost.</summary>
    public void CloseUnseen() => IsClosed = true;

    public void Clear() => this = default;

    public readonly ConnectionRecord ToRecord(uint refresh) => new()
    {
        Key = Key,
        Protocol = Protocol,
        Local = Local,
        Remote = Remote,
        State = State,
        Owner = Owner,
        ProcessName = ProcessName,
        Holders = _holders,
        BytesIn = HasCounters ? BytesIn : null,
        BytesOut = HasCounters ? BytesOut : null,
        PacketsIn = HasCounters ? PacketsIn : null,
        PacketsOut = HasCounters ? PacketsOut : null,
        RateIn = HasCounters ? RateIn : null,
        RateOut = HasCounters ? RateOut : null,
        RttUs = RttUs,
        Retransmits = HasCounters && Protocol == Protocol.Tcp ? _retransmits : null,
        Drops = _drops,
        AcceptQueue = _acceptQueue,
        SendFailedBytes = HasCounters && Protocol == Protocol.Tcp ? _sendFailedBytes : null,
        Device = Device,
        Uid = _uid,
        NetworkNamespace = _networkNamespace,
        CgroupId = CgroupId,
        LastSeenNs = _lastSeenNs,
        IsNew = FirstRefresh == refresh,
        IsClosed = IsClosed,
    };

    private void TakePackets(in ConnectionSample sample, bool first)
    {
        _packetsIn.Take(sample.PacketsIn, sample.PacketCountersWrapAt32Bits, first);
        _packetsOut.Take(sample.PacketsOut, sample.PacketCountersWrapAt32Bits, first);
    }

    private void TakeFacts(in ConnectionSample sample, uint refresh)
    {
        Local = sample.Local;
        Remote = sample.Remote;
        State = sample.State;
        // A name without a process is the kernel's own.
        if (sample.Owner.IsKnown || !sample.ProcessName.IsEmpty)
        {
            Owner = sample.Owner;
            ProcessName = sample.ProcessName;
        }
        _holders = sample.Holders;
        RttUs = sample.RttUs;
        _retransmits = sample.Retransmits;
        _drops = sample.Drops;
        _acceptQueue = sample is { AcceptQueue: { } waiting, AcceptLimit: { } limit } ? (waiting, limit) : null;
        _sendFailedBytes = sample.SendFailedBytes;
        if (!sample.Device.IsEmpty)
            Device = sample.Device;
        _uid = sample.Uid;
        _networkNamespace = sample.NetworkNamespace;
        if (sample.CgroupId != 0)
            CgroupId = sample.CgroupId;
        _lastSeenNs = Math.Max(_lastSeenNs, sample.SampledNs);
        SeenInRefresh = refresh;
        HasCounters = !sample.CountersAbsent;
        IsClosed = sample.Closed;
    }
}
