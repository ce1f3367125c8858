using System.Buffers;
using Tcptop.Model;

namespace Tcptop.Table;

/// <summary>Makes snapshots of a table, what moves most first, keeping its working memory from one to the next. Same thread as the table.</summary>
/// <param name="table">The table.</param>
/// <param name="filter">The rows that snapshots have, count and add up; null: all.</param>
public sealed class SnapshotBuilder(ConnectionTable table, ConnectionFilter? filter = null)
{
    private readonly RefreshRows _rows = new(table, filter);
    private readonly RowOrder _order = new();
    private readonly ContainerNames _noContainers = new(null);

    /// <summary>Whether the table is given UDP at all.</summary>
    public bool IsUdpCounted { get; init; } = true;

    /// <param name="timestamp">Wall-clock time of the refresh.</param>
    /// <param name="maxRows">How many rows at the most, the first in order; counts and totals are of all that the filter wants.</param>
    /// <param name="losses">The collector's.</param>
    public Snapshot Build(DateTimeOffset timestamp, int maxRows, IReadOnlyList<Loss> losses)
    {
        _rows.Take();
        _order.Clear(table.Rows, _rows.Slots.Length);
        foreach (var slot in _rows.Slots)
            _order.Add(slot, SortKey.Of(table.Rows[slot], SortOrder.Default, _noContainers));
        var entries = _order.Window(0, maxRows);
        var rows = ArrayPool<ConnectionRecord>.Shared.Rent(entries.Length);
        for (var i = 0; i < entries.Length; i++)
            rows[i] = table.Rows[entries[i].Slot].ToRecord(table.Refresh);
        return Snapshot.Of(rows, entries.Length, _rows.Live, timestamp, _rows.Totals, _rows.NonZero(losses), IsUdpCounted);
    }
}
