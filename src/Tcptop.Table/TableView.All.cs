using System.Runtime.InteropServices;
using Tcptop.Model;

namespace Tcptop.Table;

/// <summary>What files want: all rows of a refresh, or the first of them.</summary>
public sealed partial class TableView
{
    /// <summary>Of rows that are written; on most hosts those are all.</summary>
    private const int RecordsAtOnce = 1 << 14;

    private readonly List<int> _kept = [];
    private readonly List<int> _live = [];
    private ConnectionRecord[] _records = [];
    private int _firstCopied;
    private int _copied;
    private ulong _rowsCut;

    /// <summary>
    /// The rows that are wanted, copied out of the table as they are asked for, until its next refresh. Counts and
    /// totals are of all that the program's filter wants.
    /// </summary>
    public Snapshot All(RowsRequest request)
    {
        var latest = _latest ?? throw new InvalidOperationException("Refreshed comes before All.");
        var kept = Kept(request, out var cut);
        Order(kept, request.Order);
        _copied = 0;
        var entries = _order.Window(0, kept.Length);
        _rowsCut += (ulong)cut;
        IReadOnlyList<Loss> losses = _rowsCut == 0 ? latest.Losses : [.. latest.Losses, Losses.RowsCut.Of(_rowsCut)];
        return Snapshot.Of(
            null, entries.Length, latest.Live, latest.Timestamp, latest.Totals, losses, IsUdpCounted, copyRows: Copy,
                rowsCut: cut);
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

    /// <summary>All that have ended, and as many that live as are wanted and have room beside them.</summary>
    private ReadOnlySpan<int> Kept(RowsRequest request, out int cut)
    {
        var slots = _rows.Slots;
        cut = 0;
        if (request.Only == RowChoices.All && slots.Length <= Math.Min(request.Top, request.MaxRows))
            return slots;
        _kept.Clear();
        _live.Clear();
        foreach (var slot in slots)
        {
            ref var row = ref table.Rows[slot];
            if (IsWanted(row, request.Only))
                (row.Record.IsClosed ? _kept : _live).Add(slot);
        }
        cut = Limit(request);
        Room.GiveBack(_live);
        Room.GiveBack(_kept);
        return CollectionsMarshal.AsSpan(_kept);
    }

    /// <summary>A row that this refresh has not read is as it was.</summary>
    private bool IsWanted(in ConnectionRow row, RowChoices only) => only switch
    {
        RowChoices.Closed => row.Record.IsClosed,
        RowChoices.Changed => row.Record.IsClosed || (row.HasChanged && row.SeenInRefresh == table.Refresh),
        _ => true,
    };

    /// <summary>
    /// Adds the live rows that are to be kept to those that have ended. Returns how many there was no room
    /// for.
    /// </summary>
    private int Limit(RowsRequest request)
    {
        var wanted = Math.Min(_live.Count, request.Top);
        var ended = Math.Min(_kept.Count, request.MaxRows);
        var room = Math.Min(wanted, request.MaxRows - ended);
        var cut = _kept.Count - ended + wanted - room;
        if (ended < _kept.Count)
            KeepFirst(_kept, ended, request.Order);
        if (room < _live.Count)
            KeepFirst(_live, room, request.Order);
        _kept.AddRange(_live);
        return cut;
    }

    /// <summary>Only the first in order of the slots stay.</summary>
    private void KeepFirst(List<int> slots, int count, SortOrder order)
    {
        Order(CollectionsMarshal.AsSpan(slots), order);
        slots.Clear();
        foreach (var entry in _order.Window(0, count))
            slots.Add(entry.Slot);
    }

    private void Order(ReadOnlySpan<int> slots, SortOrder order)
    {
        Begin(table.Rows, slots.Length, order, HostFact.None);
        foreach (var slot in slots)
            _order.Add(slot, SortKey.Of(table.Rows[slot], order, _answers));
    }
}
