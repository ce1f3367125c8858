using System.Runtime.InteropServices;
using Tcptop.Model;
using Tcptop.Model.Collecting;

namespace Tcptop.Table;

/// <summary>
/// Every connection that is alive, or ended in the last refresh, with its totals and rates. One thread at a
/// time: the one that reads. A refresh is <see cref="Begin"/>, the readings, <see cref="EndRefresh"/>;
/// then snapshots may be taken until the next one. What has not changed is not looked at.
/// </summary>
public sealed class ConnectionTable : IRecordReceiver
{
    /// <summary>
    /// A live connection that was to be read at each refresh, that so many have not had, and that sent no final
    /// record, has ended unseen.
    /// </summary>
    private const uint RefreshesUntilVanished = 60;

    /// <summary>The same of one that its collector has found gone: the record may have missed that refresh, no more.</summary>
    private const uint RefreshesUntilLost = 2;

    private readonly RowStore _rows = new();

    /// <summary>Rows without a number: those that are read at each refresh, and those that have ended.</summary>
    private readonly Dictionary<ConnectionKey, int> _byKey = [];

    private readonly List<int> _closed = [];
    private readonly List<int> _freed = [];
    private readonly List<int> _unseen = [];
    private List<int> _touched = [];
    private List<int> _touchedBefore = [];

    private uint _refresh;
    private ulong _refreshNs;
    private ulong _previousRefreshNs;
    private ulong _refreshBytesIn;
    private ulong _refreshBytesOut;
    private ulong _totalBytesIn;
    private ulong _totalBytesOut;
    private ulong _vanished;

    /// <summary>Connections in the table, those that ended in this refresh included.</summary>
    public int Count { get; private set; }

    public Loss VanishedLoss => Losses.ConnectionsVanished.Of(_vanished);

    internal RowStore Rows => _rows;

    internal uint Refresh => _refresh;

    internal ulong RefreshNs => _refreshNs;

    /// <summary>What this refresh has changed, each row once, and some that it has freed.</summary>
    internal ReadOnlySpan<int> Touched => CollectionsMarshal.AsSpan(_touched);

    /// <summary>What this refresh has freed; another row may have its place by now, and then it is touched, too.</summary>
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
        _refresh > 1 ? Rate.Between(0, (ulong)Math.Max(0, (long)refreshBytes), _previousRefreshNs, _refreshNs) : null;

    public void Begin(ulong readNs)
    {
        _freed.Clear();
        foreach (var slot in _closed)
        {
            _byKey.Remove(_rows[slot].Record.Key);
            Free(slot);
        }
        Room.GiveBack(_closed);
        _closed.Clear();
        Room.GiveBack(_touchedBefore);
        (_touchedBefore, _touched) = (_touched, _touchedBefore);
        _touched.Clear();
        _refresh++;
        _previousRefreshNs = _refreshNs;
        _refreshNs = readNs;
        _refreshBytesIn = 0;
        _refreshBytesOut = 0;
    }

    public void Receive(in ConnectionRecord reading)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_byKey, reading.Key, out var exists);
        if (exists)
        {
            if (!_rows[known].Record.IsClosed)
                UpdateRow(known, reading);
            return;
        }
        known = Begin(reading);
        if (reading.IsClosed)
            _closed.Add(known);
    }

    public int Add(in ConnectionRecord reading)
    {
        // It had been lost, and was not.
        if (_byKey.Count != 0 && _byKey.TryGetValue(reading.Key, out var known) && !_rows[known].Record.IsClosed)
        {
            _byKey.Remove(reading.Key);
            UpdateRow(known, reading);
        }
        else
        {
            known = Begin(reading);
        }
        _rows[known].IsNumbered = true;
        return known;
    }

    public bool TryUpdate(int row, in ConnectionRecord reading)
    {
        if (_rows[row].Record.Key != reading.Key)
            return false;
        if (reading.IsClosed)
            TakeNumber(row);
        UpdateRow(row, reading);
        return true;
    }

    public void Lose(int row)
    {
        if (!_rows[row].Record.HasCounters)
        {
            // A listener that has gone: no connection has ended, and nothing is left to tell.
            Free(row);
            return;
        }
        if (_rows[row].SeenInRefresh != _refresh)
            _touched.Add(row);
        TakeNumber(row);
        _rows[row].Lose(_refresh);
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
            if (_rows[slot].SeenInRefresh != _refresh)
                _unseen.Add(slot);
        }
        foreach (var slot in _unseen)
            LookForUnseen(slot);
        _unseen.Clear();
        Room.GiveBack(_byKey);
        _rows.GiveBack();
    }

    /// <summary>A row that the last refresh touched.</summary>
    private void RestIfUntouched(int slot)
    {
        ref var row = ref _rows[slot];
        if (!row.IsNumbered || row.IsResting || row.SeenInRefresh == _refresh)
            return;
        row.Rest(_refresh);
        _touched.Add(slot);
    }

    /// <summary>A row without a number that this refresh has not read.</summary>
    private void LookForUnseen(int slot)
    {
        ref var row = ref _rows[slot];
        row.RefreshBytes = default;
        if (!row.Record.HasCounters)
        {
            // A TIME_WAIT that is over: no connection has ended, and nothing is left to tell.
            _byKey.Remove(row.Record.Key);
            Free(slot);
            return;
        }
        _touched.Add(slot);
        if (_refresh - row.SeenInRefresh < (row.IsLost ? RefreshesUntilLost : RefreshesUntilVanished))
            return;
        row.CloseUnseen();
        _closed.Add(slot);
        _vanished++;
    }

    private int Begin(in ConnectionRecord reading)
    {
        var slot = _rows.Allocate();
        Count++;
        _rows[slot].Begin(reading, _refresh);
        _touched.Add(slot);
        // What a connection older than us moved before its first reading is not ours to count; what a younger
        // one moved is.
        if (reading.Key.BornNs != 0)
        {
            var (movedIn, movedOut) = Moved(reading);
            CountMoved(slot, movedIn, movedOut);
        }
        return slot;
    }

    private void UpdateRow(int slot, in ConnectionRecord reading)
    {
        ref var row = ref _rows[slot];
        var (beforeIn, beforeOut) = Moved(row.Record);
        if (row.SeenInRefresh != _refresh)
        {
            row.RefreshBytes = default;
            _touched.Add(slot);
        }
        row.Update(reading, _refresh, _refreshNs, _previousRefreshNs);
        // Modulo 2^64: a final reading may take back what a live one had too much.
        var (nowIn, nowOut) = Moved(row.Record);
        CountMoved(slot, nowIn - beforeIn, nowOut - beforeOut);
        if (reading.IsClosed)
            _closed.Add(slot);
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

    /// <summary>From here on its key leads to it.</summary>
    private void TakeNumber(int slot)
    {
        ref var row = ref _rows[slot];
        row.IsNumbered = false;
        _byKey[row.Record.Key] = slot;
    }

    private void Free(int slot)
    {
        _rows.Free(slot);
        _freed.Add(slot);
        Count--;
    }
}
