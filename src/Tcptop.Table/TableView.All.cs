using System.Runtime.InteropServices;
using Tcptop.Model;

namespace Tcptop.Table;

/// <summary>What files want: all rows of a refresh, or the first of them.</summary>
public sealed partial class TableView
{
    /// <summary>Of rows that are written; on most hosts those are all.</summary>
    private const int RecordsAtOnce = 1 << 14;

    private readonly List<RowOrder.Entry> _ended = [];
    private readonly List<RowOrder.Entry> _changed = [];
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
        Begin(table.Rows, request.Order, HostFact.None);
        _rows.OrderBy(request.Order, _answers);
        var cut = Keep(request);
        _copied = 0;
        var entries = _order.Window(0, _order.Count);
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
            table.Rows.Read(entries[i].Slot, out _records[i]);
        (_firstCopied, _copied) = (first, entries.Length);
    }

    /// <summary>
    /// Gives the order all that have ended, and as many that live as are wanted and have room beside them. Returns how
    /// many there was no room for.
    /// </summary>
    private int Keep(RowsRequest request)
    {
        var all = _rows.Entries;
        if (request.Only == RowChoices.All && all.Length <= Math.Min(request.Top, request.MaxRows))
        {
            _order.Fill(all);
            return 0;
        }
        _ended.Clear();
        foreach (var slot in table.Closed)
        {
            if (_rows.Find(slot) is { } entry)
                _ended.Add(entry);
        }
        var live = request.Only == RowChoices.All ? all.Length - _ended.Count : FindChanged(request.Only);
        var wanted = Math.Min(live, request.Top);
        var ended = Math.Min(_ended.Count, request.MaxRows);
        var room = Math.Min(wanted, request.MaxRows - ended);
        KeepFirst(room, ended, request.Only);
        Room.GiveBack(_changed);
        Room.GiveBack(_ended);
        return _ended.Count - ended + wanted - room;
    }

    /// <summary>Those that live and have changed, where they are what is wanted. Returns how many.</summary>
    private int FindChanged(RowChoices only)
    {
        _changed.Clear();
        if (only != RowChoices.Changed)
            return 0;
        foreach (var slot in table.Touched)
        {
            if (_rows.Find(slot) is not { } entry)
                continue;
            ref var row = ref table.Rows[slot];
            // A row that this refresh has not read is as it was.
            if (row is { HasChanged: true, IsClosed: false } && row.SeenInRefresh == table.Refresh)
                _changed.Add(entry);
        }
        return _changed.Count;
    }

    /// <summary>Of those that live and those that have ended the first ones, each by themselves.</summary>
    private void KeepFirst(int live, int ended, RowChoices only)
    {
        var first = new List<RowOrder.Entry>(live + ended);
        if (only == RowChoices.All)
        {
            // Those that have ended are among them, and are not counted.
            var count = live + _ended.Count;
            foreach (ref readonly var entry in Cut(_rows.Entries, areAdded: false, 0, count))
            {
                if (first.Count < live && !table.Rows[entry.Slot].IsClosed)
                    first.Add(entry);
            }
        }
        else
        {
            first.AddRange(FirstOf(CollectionsMarshal.AsSpan(_changed), live));
        }
        first.AddRange(FirstOf(CollectionsMarshal.AsSpan(_ended), ended));
        _order.Fill(CollectionsMarshal.AsSpan(first));
    }

    private ReadOnlySpan<RowOrder.Entry> FirstOf(ReadOnlySpan<RowOrder.Entry> entries, int count)
    {
        if (count == entries.Length)
            return entries;
        _order.Fill(entries);
        return _order.Window(0, count);
    }
}
