using Tcptop.Model;

namespace Tcptop.Table;

/// <summary>
/// The table's memory of one connection: what it adds to the readings, and what it needs of the last one to do so.
/// The rest of what is known is with <see cref="TableRows"/>.
/// </summary>
internal struct ConnectionRow
{
    private const uint RefreshesUntilMissing = 2;

    private ulong _lastSeenNs;
    private ulong _bytesIn;
    private ulong _bytesOut;
    private ulong _packetsIn;
    private ulong _packetsOut;
    private double _rateIn;
    private double _rateOut;

    /// <summary>A listener's queue, or datagrams that were dropped.</summary>
    private ulong _queueOrDrops;

    private uint _firstRefresh;
    private TcpState _state;
    private Facts _facts;

    [Flags]
    private enum Facts : ushort
    {
        HasCounters = 1,
        HasRates = 2,
        Changed = 4,
        Closed = 8,
        Numbered = 16,
        Resting = 32,
        Lost = 64,
        Udp = 128,
        Blank = 256,
    }

    /// <summary>What it moved in the refresh that last had a reading of it.</summary>
    public (ulong In, ulong Out) RefreshBytes { get; private set; }

    /// <summary>Number of the refresh that last had a reading of it, or found that it has come to rest.</summary>
    public uint SeenInRefresh { get; private set; }

    /// <summary>Of a numbered row, where the collector has its last reading.</summary>
    public int Place { get; set; }

    /// <summary>Where the table has its last reading; -1: the collector has it.</summary>
    public int Held { get; set; }

    /// <summary>Of a connection whose reading the table does not have; that tells one from another.</summary>
    public (ulong Cookie, ulong BornNs) Identity { get; private set; }

    public readonly (ulong In, ulong Out) Moved => (_bytesIn, _bytesOut);

    /// <summary>As <see cref="ConnectionRecord.HasCounters"/>.</summary>
    public readonly bool HasCounters => Has(Facts.HasCounters);

    /// <summary>Whether its latest reading says anything else than the one before: what it moved, its state.</summary>
    public readonly bool HasChanged => Has(Facts.Changed);

    public readonly bool IsClosed => Has(Facts.Closed);

    /// <summary>Its collector knows it by its number, and tells what changes, and that it has gone.</summary>
    public readonly bool IsNumbered => Has(Facts.Numbered);

    /// <summary>Nothing has changed since the last reading, until the latest refresh.</summary>
    public readonly bool IsResting => Has(Facts.Resting);

    /// <summary>It has gone, and its final reading is to come.</summary>
    public readonly bool IsLost => Has(Facts.Lost);

    /// <summary>It has gone, and its last reading, too: it is nothing to be shown.</summary>
    public readonly bool IsBlank => Has(Facts.Blank);

    public readonly RowKind Kind => IsClosed
        ? RowKind.None
        : RowCounts.KindOf(HasCounters, Has(Facts.Udp) ? Protocol.Udp : Protocol.Tcp, _state);

    /// <summary>
    /// Rates in and out together, for ordering. In its first refresh, which for a short connection is its
    /// only one, it has no rate, and what it moved in it counts: a host of many short connections has no
    /// others. Null without counters.
    /// </summary>
    public readonly double? RateForOrder => HasCounters ? _rateIn + _rateOut : null;

    /// <summary>
    /// Whether the last refreshes have not had it, though it has not ended: what is known of it is old. One
    /// may miss it: a walk over a changing kernel table may step over a socket.
    /// </summary>
    public readonly bool IsMissing(uint refresh) =>
        !IsClosed && !IsNumbered && refresh - SeenInRefresh >= RefreshesUntilMissing;

    /// <summary>Starts the row with the connection's first reading.</summary>
    public void Begin(in ConnectionRecord reading, uint refresh)
    {
        this = default;
        Held = -1;
        Identity = (reading.Key.SocketCookie, reading.Key.BornNs);
        _lastSeenNs = reading.LastSeenNs;
        (_bytesIn, _bytesOut) = (reading.BytesIn.GetValueOrDefault(), reading.BytesOut.GetValueOrDefault());
        (_packetsIn, _packetsOut) = (reading.PacketsIn.GetValueOrDefault(), reading.PacketsOut.GetValueOrDefault());
        _firstRefresh = refresh;
        SeenInRefresh = refresh;
        Set(Facts.HasCounters, reading.HasCounters);
        Set(Facts.Udp, reading.Protocol == Protocol.Udp);
        TakeState(reading);
        Set(Facts.Changed, true);
    }

    /// <summary>Takes a further reading.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="refresh">Number of the refresh that has it.</param>
    /// <param name="refreshNs">The end of the time that the rates of a final reading speak of: a connection that
    /// sent 1 MB and closed a millisecond after a refresh moved 1 MB in this refresh, not 1 GB a second.</param>
    /// <param name="previousRefreshNs">When one that rested was last found at rest.</param>
    public void Update(in ConnectionRecord reading, uint refresh, ulong refreshNs, ulong previousRefreshNs)
    {
        var isFirstOfRefresh = SeenInRefresh != refresh;
        var before = this;
        if (IsResting)
            before._lastSeenNs = Math.Max(_lastSeenNs, previousRefreshNs);
        if (isFirstOfRefresh)
            RefreshBytes = default;
        Set(Facts.Resting | Facts.Lost | Facts.Blank, false);
        _lastSeenNs = Math.Max(before._lastSeenNs, reading.LastSeenNs);
        TakeCounters(reading);
        TakeState(reading);
        if (isFirstOfRefresh && HasCounters)
            TakeRates(before, IsClosed ? Math.Max(refreshNs, _lastSeenNs) : _lastSeenNs);
        Set(Facts.Changed, (HasChanged && !isFirstOfRefresh) || Differs(before));
        SeenInRefresh = refresh;
    }

    /// <summary>
    /// So much of what it has moved is of this refresh; modulo 2^64, as a final reading may take some back.
    /// </summary>
    public void CountMoved((ulong In, ulong Out) bytes) =>
        RefreshBytes = (RefreshBytes.In + bytes.In, RefreshBytes.Out + bytes.Out);

    /// <summary>Whether it has no rate yet, and this is its first refresh.</summary>
    public readonly bool NeedsRateForOrder(uint refresh) => _firstRefresh == refresh && !Has(Facts.HasRates);

    /// <summary>What it moved is no rate that is shown, but gives it a place in the order.</summary>
    public void SetRateForOrder(double rate) => _rateIn = rate;

    /// <summary>From here on its collector does not know it by a number, or does.</summary>
    public void SetNumbered(bool isNumbered) => Set(Facts.Numbered, isNumbered);

    /// <summary>Nothing has changed in this refresh, and nothing will until there is another reading.</summary>
    public void Rest(uint refresh)
    {
        (_rateIn, _rateOut) = (0, 0);
        RefreshBytes = default;
        SeenInRefresh = refresh;
        Set(Facts.HasRates | Facts.Resting, true);
        Set(Facts.Changed, false);
    }

    /// <summary>It was there till now, and is not any more.</summary>
    public void Lose(uint refresh, bool isBlank)
    {
        Set(Facts.Blank, isBlank);
        RefreshBytes = default;
        SeenInRefresh = refresh;
        Set(Facts.Changed | Facts.Numbered | Facts.Resting, false);
        Set(Facts.Lost, true);
    }

    /// <summary>Ends the row on what was last known: its final record was lost.</summary>
    public void CloseUnseen() => Set(Facts.Closed | Facts.Changed, true);

    /// <summary>Puts what the table knows better into a reading of it.</summary>
    /// <param name="record">The last reading.</param>
    /// <param name="refresh">Number of the latest refresh,</param>
    /// <param name="refreshNs">and when it was.</param>
    public readonly void Complete(ref ConnectionRecord record, uint refresh, ulong refreshNs)
    {
        record.LastSeenNs = IsResting ? Math.Max(_lastSeenNs, refreshNs) : _lastSeenNs;
        (record.BytesIn, record.BytesOut) = (_bytesIn, _bytesOut);
        (record.PacketsIn, record.PacketsOut) = (_packetsIn, _packetsOut);
        record.RateIn = Has(Facts.HasRates) ? _rateIn : null;
        record.RateOut = Has(Facts.HasRates) ? _rateOut : null;
        record.IsNew = _firstRefresh == refresh;
        record.IsClosed = IsClosed;
    }

    private readonly bool Differs(in ConnectionRow before) =>
        IsClosed || before._state != _state || before._bytesIn != _bytesIn || before._bytesOut != _bytesOut
        || before._packetsIn != _packetsIn || before._packetsOut != _packetsOut
        || before._queueOrDrops != _queueOrDrops;

    private void TakeState(in ConnectionRecord reading)
    {
        _state = reading.State.GetValueOrDefault();
        _queueOrDrops = reading.AcceptQueue is { } queue
            ? ((ulong)queue.Limit << 32) | queue.Waiting
            : reading.Drops.GetValueOrDefault();
        Set(Facts.Closed, reading.IsClosed);
    }

    private void TakeCounters(in ConnectionRecord reading)
    {
        var (bytesIn, bytesOut) = (reading.BytesIn.GetValueOrDefault(), reading.BytesOut.GetValueOrDefault());
        // A live socket may be read while the kernel is at it, with a FIN or a repeated segment counted and
        // not yet known for what it is. The final reading is exact, if less.
        (_bytesIn, _bytesOut) = reading.IsClosed
            ? (bytesIn, bytesOut)
            : (Math.Max(_bytesIn, bytesIn), Math.Max(_bytesOut, bytesOut));
        var wraps = reading.PacketCountersWrapAt32Bits;
        _packetsIn = PacketCounter.Advance(_packetsIn, reading.PacketsIn.GetValueOrDefault(), wraps);
        _packetsOut = PacketCounter.Advance(_packetsOut, reading.PacketsOut.GetValueOrDefault(), wraps);
    }

    private void TakeRates(in ConnectionRow before, ulong untilNs)
    {
        if (Rate.Between(before._bytesIn, _bytesIn, before._lastSeenNs, untilNs) is not { } rateIn
            || Rate.Between(before._bytesOut, _bytesOut, before._lastSeenNs, untilNs) is not { } rateOut)
            return;
        (_rateIn, _rateOut) = (rateIn, rateOut);
        Set(Facts.HasRates, true);
    }

    private readonly bool Has(Facts fact) => (_facts & fact) != 0;

    private void Set(Facts fact, bool isSo) => _facts = isSo ? _facts | fact : _facts & ~fact;
}
