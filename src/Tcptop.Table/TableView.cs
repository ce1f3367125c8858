using System.Buffers;
using Tcptop.Model;
using Tcptop.Model.Fields;

namespace Tcptop.Table;

/// <summary>
/// Makes snapshots of a table: the windows that a screen wants to see, or all that a file does; any number between two
/// refreshes. Same thread as the table, or the table locked.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="filter">The rows that windows have, count and add up; null: all. What is typed on the screen
/// takes away from them in windows alone.</param>
/// <param name="host">For what rows are filtered and ordered by, and what is shown beside them.</param>
public sealed partial class TableView(ConnectionTable table, ConnectionFilter? filter = null, IHostFacts? host = null)
{
    /// <summary>
    /// So many screenfuls before and behind what is seen come with it, so that a page can be turned at once.
    /// </summary>
    private const int Margin = 1;

    private readonly RefreshRows _rows = new(table, filter);
    private readonly RowOrder _order = new();
    private readonly HostAnswers _answers = new(host);
    private TextFilter _text = new("");
    private TableState? _latest;
    private TableState? _paused;

    /// <summary>Whether the table is given UDP at all.</summary>
    public bool IsUdpCounted { get; init; } = true;

    /// <summary>Before the first refresh there is nothing to see.</summary>
    public bool HasRows => _latest is not null;

    /// <summary>Once after each refresh of the table.</summary>
    /// <param name="timestamp">Wall-clock time of the refresh.</param>
    /// <param name="losses">The collector's.</param>
    /// <param name="steadyTime">The same by a clock that nobody sets; null: as the wall clock has it.</param>
    public void Refreshed(DateTimeOffset timestamp, IReadOnlyList<Loss> losses, TimeSpan? steadyTime = null)
    {
        _rows.Take();
        _answers.Forget();
        _latest = new TableState(
            table.Rows, table.Refresh, timestamp, steadyTime, _rows.Live, _rows.Totals, _rows.NonZero(losses), null);
    }

    public Snapshot Window(ViewRequest request)
    {
        var latest = _latest ?? throw new InvalidOperationException("Refreshed comes before Window.");
        _paused = request.IsPaused ? _paused ?? Copy(latest) : null;
        var state = _paused ?? latest;
        var selectedSlot = Choose(state, request);
        var selectedRank = RankOf(request.Selected, selectedSlot);
        var top = TopFor(request, selectedRank);
        // Where the screen has no room for rows, the one that is selected must still be known.
        var page = Math.Max(request.Lines, 1);
        var first = Math.Max(top - page * Margin, 0);
        var entries = _order.Window(first, top - first + page * (1 + Margin));
        return SnapshotOf(state, entries, request, first, top, selectedRank);
    }

    private TableState Copy(TableState state) =>
        state with { Rows = state.Rows.Copy(), PausedSlots = _rows.Slots.ToArray() };

    /// <summary>
    /// Gives the rows that are wanted to the order. Returns the slot of the row that is selected, -1 when it
    /// is not among them.
    /// </summary>
    private int Choose(TableState state, ViewRequest request)
    {
        if (_text.Text != request.Filter)
            _text = new TextFilter(request.Filter);
        var slots = state.PausedSlots ?? _rows.Slots;
        var selected = request.Selected?.Key;
        var found = -1;
        Begin(state.Rows, slots.Length, request.Order, _text.Asks);
        var matchesAll = _text.IsEmpty;
        foreach (var slot in slots)
        {
            ref var row = ref state.Rows[slot];
            if (!matchesAll && !_text.Matches(row.Record, _answers))
                continue;
            _order.Add(slot, SortKey.Of(row, request.Order, _answers));
            if (selected is { } key && row.Record.Key == key)
                found = slot;
        }
        return found;
    }

    /// <summary>Makes ready for rows in that order.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="room">How many at the most.</param>
    /// <param name="order">Their order.</param>
    /// <param name="alsoAsked">What else than the order the host is asked for.</param>
    private void Begin(RowStore rows, int room, SortOrder order, HostFact alsoAsked)
    {
        _answers.Asked = alsoAsked | order.Field.Asks;
        _order.Clear(
            rows, room, order.IsDescending, order.Field is TextField { Place: null } text ? CompareWords : null);

        int CompareWords(int one, int other)
        {
            var byWords = SortKey.CompareWords(
                SortKey.TextOf(rows[one].Record, text, _answers), SortKey.TextOf(rows[other].Record, text, _answers));
            return order.IsDescending ? -byWords : byWords;
        }
    }

    /// <summary>Where the connection is gone, the place that it had.</summary>
    private int? RankOf(RowChoice? choice, int slot)
    {
        if (choice is not { } wanted || _order.Count == 0)
            return null;
        return slot >= 0 ? _order.RankOf(slot) : Math.Clamp(wanted.Rank, 0, _order.Count - 1);
    }

    private int TopFor(ViewRequest request, int? selectedRank)
    {
        var top = request.Top;
        if (selectedRank is { } rank)
            top = Math.Clamp(top, rank - Math.Max(request.Lines - 1, 0), rank);
        return Math.Clamp(top, 0, Math.Max(_order.Count - request.Lines, 0));
    }

    private Snapshot SnapshotOf(TableState state, ReadOnlySpan<RowOrder.Entry> entries, ViewRequest request, int first,
        int top, int? selectedRank)
    {
        var rows = ArrayPool<ConnectionRecord>.Shared.Rent(entries.Length);
        var facts = host is null
            || request.Facts == HostFact.None ? null : ArrayPool<RowFacts>.Shared.Rent(entries.Length);
        var asked = new FactsOfRows(host!, request.Facts);
        for (var i = 0; i < entries.Length; i++)
        {
            rows[i] = state.Rows[entries[i].Slot].ToRecord(state.Refresh);
            if (facts is not null)
                facts[i] = asked.Of(rows[i]);
        }
        RowChoice? selected = selectedRank is not { } rank ? null
            : new RowChoice(rank, rank >= first && rank - first < entries.Length ? rows[rank - first].Key : null);
        return Snapshot.Of(rows, entries.Length, state.Live, state.Timestamp, state.Totals, state.Losses, IsUdpCounted,
            facts, state.Refresh,
            new ViewAnswer(request, first, _order.Count, top, selected), state.SteadyTime);
    }

    /// <summary>What windows are cut out of: the table as it is, or as it was when the screen was paused.</summary>
    private sealed record TableState(
        RowStore Rows, uint Refresh, DateTimeOffset Timestamp, TimeSpan? SteadyTime, RowCounts Live, HostTotals Totals,
            IReadOnlyList<Loss> Losses,
        int[]? PausedSlots);
}
