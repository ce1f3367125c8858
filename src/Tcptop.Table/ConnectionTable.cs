using System.Runtime.InteropServices;
using Tcptop.Model;
using Tcptop.Model.Collecting;

namespace Tcptop.Table;

/// <summary>
/// Every connection that is alive, or ended in the last refresh, with its totals and rates. One thread at a
/// time: the one that reads. A refresh is <see cref="BeginRefresh"/>, the readings, <see cref="EndRefresh"/>;
/// then snapshots may be taken until the next one.
/// </summary>
public sealed class ConnectionTable : IRecordReceiver
{
    /// <summary>
    /// A live connection that so many snapshots in a row do not have, and that sent no final record, has
    /// ended unseen. Not sooner: where sockets are read by namespace, those of a namespace without a process
    /// are out of reach until they end, and then their final record comes.
    /// </summary>
    private const uint SnapshotsUntilVanished = 60;

    private readonly RowStore _rows = new();
    private readonly Dictionary<ConnectionKey, int> _slots = [];
    private readonly List<int> _closedSlots = [];

    // The slots in the order of the readings, of this refresh and of the one before: the kernel walks its
    // sockets in nearly the same order each time, so that the next slot is known without a look-up.
    private List<int> _order = [];
    private List<int> _previousOrder = [];
    private int _expectedAt;

    private uint _refresh;
    private ulong _refreshNs;
    private ulong _previousRefreshNs;
    private ulong _refreshBytesIn;
    private ulong _refreshBytesOut;
    private ulong _totalBytesIn;
    private ulong _totalBytesOut;
    private ulong _vanished;

    /// <summary>Connections in the table, those that ended in this refresh included.</summary>
    public int Count => _slots.Count;

    public Loss VanishedLoss => Losses.ConnectionsVanished.Of(_vanished);

    internal RowStore Rows => _rows;

    internal uint Refresh => _refresh;

    public HostTotals Totals =>
        new(_totalBytesIn, _totalBytesOut, RateOver(_refreshBytesIn), RateOver(_refreshBytesOut));

    /// <summary>
    /// What so many bytes in the latest refresh are a second; null in the first, before which nothing was
    /// measured.
    /// </summary>
    /// <param name="refreshBytes">Modulo 2^64: less than 0 where nothing but a correction came.</param>
    internal double? RateOver(ulong refreshBytes) =>
        _refresh > 1 ? Rate.Between(0, (ulong)Math.Max(0, (long)refreshBytes), _previousRefreshNs, _refreshNs) : null;

    /// <param name="nowNs">Kernel monotonic time, that of <see cref="ConnectionRecord.LastSeenNs"/>.</param>
    public void BeginRefresh(ulong nowNs)
    {
        foreach (var slot in _closedSlots)
        {
            _slots.Remove(_rows[slot].Record.Key);
            _rows.Free(slot);
        }
        Room.GiveBack(_closedSlots);
        _closedSlots.Clear();
        (_previousOrder, _order) = (_order, _previousOrder);
        _order.Clear();
        _expectedAt = 0;
        _refresh++;
        _previousRefreshNs = _refreshNs;
        _refreshNs = nowNs;
        _refreshBytesIn = 0;
        _refreshBytesOut = 0;
    }

    public void Begin(ulong readNs, int live)
    {
        BeginRefresh(readNs);
        Expect(live);
    }

    public void Expect(int live)
    {
        _slots.EnsureCapacity(Math.Max(_slots.Count, live));
        _order.EnsureCapacity(live);
    }

    public void Receive(in ConnectionRecord reading)
    {
        var slot = ExpectedSlot(reading.Key);
        if (slot < 0)
        {
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_slots, reading.Key, out var exists);
            if (!exists)
            {
                known = _rows.Allocate();
                Begin(known, reading);
                return;
            }
            slot = known;
        }
        Update(slot, reading);
    }

    public bool ReceiveUnchanged(in ConnectionKey key, ulong readNs)
    {
        var slot = ExpectedSlot(key);
        if (slot < 0 && !_slots.TryGetValue(key, out slot))
            return false;
        ref var row = ref _rows[slot];
        if (row.Record.IsClosed)
            return true;
        _expectedAt = row.Position + 1;
        row.RefreshBytes = default;
        row.Rest(_refresh, readNs);
        AddToOrder(slot);
        return true;
    }

    public void EndRefresh()
    {
        _totalBytesIn += _refreshBytesIn;
        _totalBytesOut += _refreshBytesOut;
        for (var slot = _rows.NextUsed(0); slot >= 0; slot = _rows.NextUsed(slot + 1))
        {
            ref var row = ref _rows[slot];
            if (row.SeenInRefresh == _refresh || row.Record.IsClosed)
                continue;
            row.RefreshBytes = default;
            if (!row.Record.HasCounters)
            {
                // A listener that has gone, a TIME_WAIT that is over: no connection has ended, and nothing is
                // left to tell.
                _slots.Remove(row.Record.Key);
                _rows.Free(slot);
                continue;
            }
            if (_refresh - row.SeenInRefresh < SnapshotsUntilVanished)
            {
                AddToOrder(slot);
                continue;
            }
            row.CloseUnseen();
            _closedSlots.Add(slot);
            _vanished++;
        }
        GiveBackRoom();
    }

    /// <summary>
    /// Of the refresh before the last, which is as full as it was, and of the connections that are left.
    /// </summary>
    private void GiveBackRoom()
    {
        Room.GiveBack(_previousOrder);
        Room.GiveBack(_slots);
        _rows.GiveBack();
    }

    /// <summary>The slot whose reading came next last time, if it is this connection's; else -1.</summary>
    private int ExpectedSlot(in ConnectionKey key)
    {
        if (_expectedAt >= _previousOrder.Count)
            return -1;
        var slot = _previousOrder[_expectedAt];
        return _rows.IsUsed(slot) && _rows[slot].Record.Key == key ? slot : -1;
    }

    private void Begin(int slot, in ConnectionRecord reading)
    {
        _rows[slot].Begin(reading, _refresh);
        // What a connection older than us moved before its first reading is not ours to count; what a younger
        // one moved is.
        if (reading.Key.BornNs != 0)
        {
            var (movedIn, movedOut) = Moved(reading);
            CountMoved(slot, movedIn, movedOut);
        }
        Remember(slot, reading);
    }

    private void Update(int slot, in ConnectionRecord reading)
    {
        ref var row = ref _rows[slot];
        if (row.Record.IsClosed)
            return;
        _expectedAt = row.Position + 1;
        var (beforeIn, beforeOut) = Moved(row.Record);
        if (row.SeenInRefresh != _refresh)
            row.RefreshBytes = default;
        row.Update(reading, _refresh, _refreshNs);
        // Modulo 2^64: a final reading may take back what a live one had too much.
        var (nowIn, nowOut) = Moved(row.Record);
        CountMoved(slot, nowIn - beforeIn, nowOut - beforeOut);
        Remember(slot, reading);
    }

    private static (ulong In, ulong Out) Moved(in ConnectionRecord record) =>
        (record.BytesIn.GetValueOrDefault(), record.BytesOut.GetValueOrDefault());

    private void CountMoved(int slot, ulong bytesIn, ulong bytesOut)
    {
        ref var row = ref _rows[slot];
        row.RefreshBytes = (row.RefreshBytes.In + bytesIn, row.RefreshBytes.Out + bytesOut);
        if (row.FirstRefresh == _refresh)
            row.FirstRate = RateOver(row.RefreshBytes.In + row.RefreshBytes.Out).GetValueOrDefault();
        _refreshBytesIn += bytesIn;
        _refreshBytesOut += bytesOut;
    }

    private void Remember(int slot, in ConnectionRecord reading)
    {
        if (reading.IsClosed)
            _closedSlots.Add(slot);
        else
            AddToOrder(slot);
    }

    private void AddToOrder(int slot)
    {
        _rows[slot].Position = _order.Count;
        _order.Add(slot);
    }
}
