using System.Runtime.InteropServices;
using Tcptop.Model;

namespace Tcptop.Table;

/// <summary>Makes snapshots of a table, what moves most first, keeping its working memory from one to the next. Same thread as the table.</summary>
/// <param name="table">The table.</param>
/// <param name="filter">The rows that snapshots have, count and add up; null: all.</param>
public sealed class SnapshotBuilder(ConnectionTable table, ConnectionFilter? filter = null)
{
    /// <summary>Of rows that are shown; on most hosts those are all.</summary>
    private const int RecordsAtOnce = 1 << 14;

    private readonly RefreshRows _rows = new(table, filter);
    private readonly RowOrder _order = new();
    private readonly ContainerNames _noContainers = new(null);
    private readonly List<int> _kept = [];
    private readonly List<int> _live = [];
    private ConnectionRecord[] _records = [];
    private int _firstCopied;
    private int _copied;
    private ulong _rowsCut;

    /// <summary>Whether the table is given UDP at all.</summary>
    public bool IsUdpCounted { get; init; } = true;

    /// <summary>Its rows are copied out of the table as they are asked for, until its next refresh.</summary>
    /// <param name="timestamp">Wall-clock time of the refresh.</param>
    /// <param name="maxRows">
    /// How many rows at the most, the first in order. What lives will be seen again, what has ended not: live rows are left out first. Counts and totals
    /// are of all that the filter wants.
    /// </param>
    /// <param name="losses">The collector's.</param>
    public Snapshot Build(DateTimeOffset timestamp, int maxRows, IReadOnlyList<Loss> losses)
    {
        _rows.Take();
        Order(Kept(maxRows));
        _copied = 0;
        var entries = _order.Window(0, maxRows);
        var cut = _rows.Slots.Length - entries.Length;
        _rowsCut += (ulong)cut;
        return Snapshot.Of(
            null, entries.Length, _rows.Live, timestamp, _rows.Totals, _rows.NonZero([.. losses, new Loss("rows_cut", _rowsCut)]), IsUdpCounted, copyRows: Copy, rowsCut: cut);
    }

    /// <summary>A million records at once would be as much memory as all the rest.</summary>
    private ReadOnlyMemory<ConnectionRecord> Copy(int first, int count)
    {
        if (first < _firstCopied || first + count > _firstCopied + _copied)
            CopyFrom(first, Math.Max(count, RecordsAtOnce));
        return _records.AsMemory(first - _firstCopied, count);
    }

    private void CopyFrom(int first, int count)
    {
        var entries = _order.Latest[first..];
        entries = entries[..Math.Min(count, entries.Length)];
        // As much for the last piece as for the others: room that is far too much would be given back.
        var most = Math.Max(entries.Length, Math.Min(RecordsAtOnce, _order.Latest.Length));
        _records = Room.For(most, _records);
        for (var i = 0; i < entries.Length; i++)
            _records[i] = table.Rows[entries[i].Slot].ToRecord(table.Refresh);
        (_firstCopied, _copied) = (first, entries.Length);
    }

    /// <summary>All that have ended, and as many that live as have room beside them.</summary>
    private ReadOnlySpan<int> Kept(int maxRows)
    {
        var slots = _rows.Slots;
        if (slots.Length <= maxRows)
            return slots;
        _kept.Clear();
        _live.Clear();
        foreach (var slot in slots)
            (table.Rows[slot].IsClosed ? _kept : _live).Add(slot);
        Order(CollectionsMarshal.AsSpan(_live));
        foreach (var entry in _order.Window(0, maxRows - _kept.Count))
            _kept.Add(entry.Slot);
        Room.GiveBack(_live);
        Room.GiveBack(_kept);
        return CollectionsMarshal.AsSpan(_kept);
    }

    private void Order(ReadOnlySpan<int> slots)
    {
        _order.Clear(table.Rows, slots.Length);
        foreach (var slot in slots)
            _order.Add(slot, SortKey.Of(table.Rows[slot], SortOrder.Default, _noContainers));
    }
}
