using System.Runtime.InteropServices;
using Tcptop.Model;
using Tcptop.Model.Collecting;

namespace Tcptop.Table;

/// <summary>
/// Every connection that is alive, or ended in the last refresh, with its totals and rates. One thread at a
/// time: the one that reads. A refresh is <see cref="Begin"/>, the readings, <see cref="EndRefresh"/>;
/// then snapshots may be taken until the next one. What has not changed is not looked at.
/// </summary>
/// <param name="source">Has the readings of rows with numbers; null: they are kept here.</param>
public sealed class ConnectionTable(IRecordSource? source = null) : IRecordReceiver
{
    /// <summary>
    /// A live connection that was to be read at each refresh, that so many have not had, and that sent no final
    /// record, has ended unseen.
    /// </summary>
    private const uint RefreshesUntilVanished = 60;

    /// <summary>
    /// The same of one that its collector has found gone: the record may have missed that refresh, or who was writing
    /// one before it was held up for a moment.
    /// </summary>
    private const uint FewestRefreshesUntilLost = 2;

    private const ulong NsUntilLost = 1_000_000_000;

    private readonly TableRows _rows = new(source);

    /// <summary>Rows without a number: those that are read at each refresh, and those that have ended.</summary>
    private readonly Dictionary<ConnectionKey, int> _byKey = [];

    private readonly List<int> _closed = [];
    private readonly List<int> _freed = [];
    private readonly List<int> _unseen = [];
    private List<int> _touched = [];
    private List<int> _touchedBefore = [];

    private ulong _previousRefreshNs;
    private ulong _refreshBytesIn;
    private ulong _refreshBytesOut;
    private ulong _totalBytesIn;
    private ulong _totalBytesOut;
    private ulong _vanished;

    /// <summary>Connections in the table, those that ended in this refresh included.</summary>
    public int Count => _rows.Count;

    public Loss VanishedLoss => Losses.ConnectionsVanished.Of(_vanished);

    internal TableRows Rows => _rows;

    internal uint Refresh => _rows.Refresh;

    /// <summary>What this refresh has changed, each row once, and some that it has freed.</summary>
    internal ReadOnlySpan<int> Touched => CollectionsMarshal.AsSpan(_touched);

    /// <summary>
    /// What this refresh has freed; another row may have its place by now, and then it is touched, too.
    /// </summary>
    internal ReadOnlySpan<int> Freed => CollectionsMarshal.AsSpan(_freed);

    /// <summary>What has ended in this refresh.</summary>
    internal ReadOnlySpan<int> Closed => CollectionsMarshal.AsSpan(_closed);

    public HostTotals Totals =>
        new(_totalBytesIn, _totalBytesOut, RateOver(_refreshBytesIn), RateOver(_refreshBytesOut));

    /// <summary>
    /// What so many bytes in the latest refresh are a second; null in the first, before which nothing was
    /// measured.
    /// </summary>
    /// <param name="refreshBytes">Modulo 2^64: less than 0 where nothing but a correction came.</param>
    internal double? RateOver(ulong refreshBytes) =>
        Refresh > 1
            ? Rate.Between(0, (ulong)Math.Max(0, (long)refreshBytes), _previousRefreshNs, _rows.RefreshNs)
            : null;

    public void Begin(ulong readNs)
    {
        _freed.Clear();
        foreach (var slot in _closed)
        {
            // Should it have had two rows, it is the other's.
            var key = _rows.KeyOf(slot);
            if (_byKey.TryGetValue(key, out var known) && known == slot)
                _byKey.Remove(key);
            Free(slot);
        }
        Room.GiveBack(_freed);
        Room.GiveBack(_closed);
        _closed.Clear();
        Room.GiveBack(_touchedBefore);
        (_touchedBefore, _touched) = (_touched, _touchedBefore);
        _touched.Clear();
        _rows.Refresh++;
        _previousRefreshNs = _rows.RefreshNs;
        _rows.RefreshNs = readNs;
        _refreshBytesIn = 0;
        _refreshBytesOut = 0;
    }

    public void Receive(in ConnectionRecord reading)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_byKey, reading.Key, out var exists);
        if (!exists)
        {
            known = Begin(reading);
            if (reading.IsClosed)
                _closed.Add(known);
        }
        else if (!_rows[known].IsClosed)
        {
            Update(known, reading);
        }
        else
        {
            return;
        }
        _rows.Hold(known, reading);
    }

    public int Add(in ConnectionRecord reading, int place)
    {
        // It had been lost, and was not.
        if (_byKey.Count != 0 && _byKey.TryGetValue(reading.Key, out var known) && !_rows[known].IsClosed)
        {
            _byKey.Remove(reading.Key);
            Update(known, reading);
        }
        else
        {
            known = Begin(reading);
        }
        _rows[known].SetNumbered(true);
        _rows.LeaveWithSource(known, place, reading);
        return known;
    }

    public bool TryUpdate(int row, in ConnectionRecord reading)
    {
        if (_rows.KeyOf(row) != reading.Key)
            return false;
        if (reading.IsClosed)
            TakeNumber(row);
        Update(row, reading);
        if (_rows[row].Held >= 0)
            _rows.Hold(row, reading);
        return true;
    }

    public void Lose(int row)
    {
        if (!_rows[row].HasCounters)
        {
            // A listener that has gone: no connection has ended, and nothing is left to tell.
            Free(row);
            return;
        }
        if (_rows[row].SeenInRefresh != Refresh)
            _touched.Add(row);
        var hasReading = TakeNumber(row);
        _rows[row].Lose(Refresh, isBlank: !hasReading);
    }

    public void EndRefresh()
    {
        _totalBytesIn += _refreshBytesIn;
        _totalBytesOut += _refreshBytesOut;
        foreach (var slot in _touchedBefore)
        {
            if (_rows.IsUsed(slot))
                RestIfUntouched(slot);
        }
        foreach (var slot in _byKey.Values)
        {
            if (_rows[slot].SeenInRefresh != Refresh)
                _unseen.Add(slot);
        }
        foreach (var slot in _unseen)
            LookForUnseen(slot);
        Room.GiveBack(_unseen);
        _unseen.Clear();
        Room.GiveBack(_byKey);
        _rows.GiveBack();
    }

    /// <summary>A row that the last refresh touched.</summary>
    private void RestIfUntouched(int slot)
    {
        ref var row = ref _rows[slot];
        if (!row.IsNumbered || row.IsResting || row.SeenInRefresh == Refresh)
            return;
        row.Rest(Refresh);
        _touched.Add(slot);
    }

    /// <summary>A row without a number that this refresh has not read.</summary>
    private void LookForUnseen(int slot)
    {
        ref var row = ref _rows[slot];
        // A TIME_WAIT that is over: no connection has ended, and nothing is left to tell.
        var isOver = !row.HasCounters;
        var hasVanished = !isOver
            && Refresh - row.SeenInRefresh >= (row.IsLost ? RefreshesUntilLost() : RefreshesUntilVanished);
        if (hasVanished)
            _vanished++;
        if (isOver || (hasVanished && row.IsBlank))
        {
            _byKey.Remove(_rows.KeyOf(slot));
            Free(slot);
            return;
        }
        _touched.Add(slot);
        if (!hasVanished)
            return;
        row.CloseUnseen();
        _closed.Add(slot);
    }

    private uint RefreshesUntilLost()
    {
        var intervalNs = Math.Max(1, _rows.RefreshNs - _previousRefreshNs);
        return Math.Max(FewestRefreshesUntilLost, (uint)(NsUntilLost / intervalNs));
    }

    private int Begin(in ConnectionRecord reading)
    {
        var slot = _rows.Allocate(reading);
        _touched.Add(slot);
        // What a connection older than us moved before its first reading is not ours to count; what a younger
        // one moved is.
        if (reading.Key.BornNs != 0)
            CountMoved(slot, _rows[slot].Moved);
        return slot;
    }

    private void Update(int slot, in ConnectionRecord reading)
    {
        ref var row = ref _rows[slot];
        var before = row.Moved;
        if (row.SeenInRefresh != Refresh)
            _touched.Add(slot);
        row.Update(reading, Refresh, _rows.RefreshNs, _previousRefreshNs);
        // Modulo 2^64: a final reading may take back what a live one had too much.
        CountMoved(slot, (row.Moved.In - before.In, row.Moved.Out - before.Out));
        if (reading.IsClosed)
            _closed.Add(slot);
    }

    private void CountMoved(int slot, (ulong In, ulong Out) bytes)
    {
        ref var row = ref _rows[slot];
        row.CountMoved(bytes);
        if (row.NeedsRateForOrder(Refresh))
            row.SetRateForOrder(RateOver(row.RefreshBytes.In + row.RefreshBytes.Out).GetValueOrDefault());
        _refreshBytesIn += bytes.In;
        _refreshBytesOut += bytes.Out;
    }

    /// <summary>From here on its key leads to it, and the table has its reading. False: that is lost.</summary>
    private bool TakeNumber(int slot)
    {
        var hasReading = _rows.TakeFromSource(slot);
        _rows[slot].SetNumbered(false);
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_byKey, _rows.KeyOf(slot), out var exists);
        // Should it have had two rows, the one that was lost before goes.
        if (exists && known != slot && !_rows[known].IsClosed)
            Free(known);
        known = slot;
        return hasReading;
    }

    private void Free(int slot)
    {
        _rows.Free(slot);
        _freed.Add(slot);
    }
}
