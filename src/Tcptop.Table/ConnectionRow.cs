using Tcptop.Model;

namespace Tcptop.Table;

/// <summary>The table's memory of one connection: what is known of it, and the table's own bookkeeping.</summary>
internal struct ConnectionRow
{
    private const uint SnapshotsUntilMissing = 2;

    private uint _lastPacketsIn;
    private uint _lastPacketsOut;

    /// <summary>Number of the refresh that last had a reading of it, or found that it has come to rest.</summary>
    public uint SeenInRefresh { get; private set; }

    /// <summary>Its collector knows it by its number, and tells what changes, and that it has gone.</summary>
    public bool IsNumbered { get; set; }

    /// <summary>It has gone, and its final reading is to come.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Nothing has changed since the last reading, until the latest refresh.</summary>
    public bool IsResting { get; private set; }

    public uint FirstRefresh { get; private set; }

    /// <summary>Whether its latest reading says anything else than the one before: what it moved, its state.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>What it moved in the refresh that last had a reading of it.</summary>
    public (ulong In, ulong Out) RefreshBytes { get; set; }

    /// <summary>
    /// What it moved in its first refresh, in and out, a second of the whole refresh; 0 where that is not
    /// known.
    /// </summary>
    public double FirstRate { get; set; }

    /// <summary>What is known of it; <see cref="ConnectionRecord.IsNew"/> is worked out when it is shown.</summary>
    public ConnectionRecord Record;

    /// <summary>
    /// Whether the last snapshots have not had it, though it has not ended: what is known of it is old. One
    /// snapshot may miss it: a walk over a changing kernel table may step over a socket.
    /// </summary>
    public readonly bool IsMissing(uint refresh) =>
        !Record.IsClosed && !IsNumbered && refresh - SeenInRefresh >= SnapshotsUntilMissing;

    /// <summary>
    /// Rates in and out together, for ordering. In its first refresh, which for a short connection is its
    /// only one, it has no rate, and what it moved in it counts: a host of many short connections has no
    /// others. Null without counters.
    /// </summary>
    public readonly double? RateForOrder => !Record.HasCounters ? null
        : Record.RateIn is null && Record.RateOut is null ? FirstRate : Record.RateTotal;

    /// <summary>Starts the row with the connection's first reading.</summary>
    public void Begin(in ConnectionRecord reading, uint refresh)
    {
        this = default;
        Record = reading;
        (_lastPacketsIn, _lastPacketsOut) = Packets(reading);
        FirstRefresh = refresh;
        SeenInRefresh = refresh;
        HasChanged = true;
    }

    /// <summary>Takes a further reading.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="refresh">Number of the refresh that has it.</param>
    /// <param name="refreshNs">The end of the time that the rates of a final reading speak of: a connection that
    /// sent 1 MB and closed a millisecond after a refresh moved 1 MB in this refresh, not 1 GB a second.</param>
    /// <param name="previousRefreshNs">When one that rested was last found at rest.</param>
    public void Update(in ConnectionRecord reading, uint refresh, ulong refreshNs, ulong previousRefreshNs)
    {
        if (IsResting)
            Record.LastSeenNs = Math.Max(Record.LastSeenNs, previousRefreshNs);
        (IsResting, IsLost) = (false, false);
        var before = Record;
        Record = reading;
        Record.LastSeenNs = Math.Max(before.LastSeenNs, reading.LastSeenNs);
        TakeCounters(before, reading);
        TakeRates(before, isFirstOfRefresh: SeenInRefresh != refresh, refreshNs);
        KeepWhatWasKnown(before, ref Record);
        HasChanged = (HasChanged && SeenInRefresh == refresh) || Differs(before, Record);
        SeenInRefresh = refresh;
    }

    /// <summary>Nothing has changed in this refresh, and nothing will until there is another reading.</summary>
    public void Rest(uint refresh)
    {
        if (Record.HasCounters)
            (Record.RateIn, Record.RateOut) = (0, 0);
        RefreshBytes = default;
        HasChanged = false;
        SeenInRefresh = refresh;
        IsResting = true;
    }

    /// <summary>It was there till now, and is not any more.</summary>
    public void Lose(uint refresh)
    {
        RefreshBytes = default;
        HasChanged = false;
        SeenInRefresh = refresh;
        (IsNumbered, IsResting, IsLost) = (false, false, true);
    }

    /// <summary>Ends the row on what was last known: its final record was lost.</summary>
    public void CloseUnseen()
    {
        Record.IsClosed = true;
        HasChanged = true;
    }

    public void Clear() => this = default;

    /// <param name="refresh">Number of the latest refresh,</param>
    /// <param name="refreshNs">and when it was.</param>
    public readonly ConnectionRecord ToRecord(uint refresh, ulong refreshNs) => Record with
    {
        IsNew = FirstRefresh == refresh,
        LastSeenNs = IsResting ? Math.Max(Record.LastSeenNs, refreshNs) : Record.LastSeenNs,
    };

    private static bool Differs(in ConnectionRecord before, in ConnectionRecord now) =>
        now.IsClosed || before.State != now.State || before.BytesIn != now.BytesIn || before.BytesOut != now.BytesOut
        || before.PacketsIn != now.PacketsIn || before.PacketsOut != now.PacketsOut || before.Drops != now.Drops
        || before.AcceptQueue != now.AcceptQueue;

    /// <summary>What a later reading may not be able to say any more: owner, device, cgroup.</summary>
    private static void KeepWhatWasKnown(in ConnectionRecord before, ref ConnectionRecord now)
    {
        // A name without a process is the kernel's own.
        if (!now.Owner.IsKnown && now.ProcessName.IsEmpty)
            (now.Owner, now.ProcessName) = (before.Owner, before.ProcessName);
        if (now.Device.IsEmpty)
            now.Device = before.Device;
        if (now.CgroupId == 0)
            now.CgroupId = before.CgroupId;
    }

    private static (uint In, uint Out) Packets(in ConnectionRecord reading) =>
        ((uint)reading.PacketsIn.GetValueOrDefault(), (uint)reading.PacketsOut.GetValueOrDefault());

    private void TakeCounters(in ConnectionRecord before, in ConnectionRecord reading)
    {
        // A live socket may be read while the kernel is at it, with a FIN or a repeated segment counted and
        // not yet known for what it is. The final reading is exact, if less.
        if (!reading.IsClosed)
        {
            Record.BytesIn = Math.Max(before.BytesIn.GetValueOrDefault(), reading.BytesIn.GetValueOrDefault());
            Record.BytesOut = Math.Max(before.BytesOut.GetValueOrDefault(), reading.BytesOut.GetValueOrDefault());
        }
        var wraps = reading.PacketCountersWrapAt32Bits;
        Record.PacketsIn = PacketCounter.Advance(
            before.PacketsIn.GetValueOrDefault(), reading.PacketsIn.GetValueOrDefault(), wraps, ref _lastPacketsIn);
        Record.PacketsOut = PacketCounter.Advance(
            before.PacketsOut.GetValueOrDefault(), reading.PacketsOut.GetValueOrDefault(), wraps, ref _lastPacketsOut);
    }

    private void TakeRates(in ConnectionRecord before, bool isFirstOfRefresh, ulong refreshNs)
    {
        (Record.RateIn, Record.RateOut) = (before.RateIn, before.RateOut);
        if (!isFirstOfRefresh || !before.HasCounters || !Record.HasCounters)
            return;
        var until = Record.IsClosed ? Math.Max(refreshNs, Record.LastSeenNs) : Record.LastSeenNs;
        Record.RateIn = Rate.Between(before.BytesIn!.Value, Record.BytesIn!.Value, before.LastSeenNs, until)
            ?? before.RateIn;
        Record.RateOut = Rate.Between(before.BytesOut!.Value, Record.BytesOut!.Value, before.LastSeenNs, until)
            ?? before.RateOut;
    }
}
