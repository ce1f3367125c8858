using System.Buffers;
using Tcptop.Model;
using Tcptop.Model.Fields;
using Tcptop.Model.Filtering;

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

    /// <summary>A window of so many times fewer rows than there are is worth looking for where it was.</summary>
    private const int Many = 8;

    private readonly HostAnswers _answers = new(host);
    private readonly WantedRows _rows = new(table, filter);
    private readonly RowOrder _order = new();
    private readonly List<int> _guess = [];
    private RowFilter _chosen = new(FilterExpression.Everything);
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
        _order.GiveBack();
        _answers.Forget();
        _latest = new TableState(
            table.Rows, timestamp, steadyTime, _rows.Live, _rows.Totals, _rows.NonZero(losses), null);
    }

    public Snapshot Window(ViewRequest request)
    {
        var latest = _latest ?? throw new InvalidOperationException("Refreshed comes before Window.");
        _paused = request.IsPaused ? _paused ?? Copy(latest) : null;
        var state = _paused ?? latest;
        var matching = Choose(state, request);
        var selected = request.Selected is { Key: { } key } ? Find(matching, state, key) : null;
        var rank = RankOf(matching, request.Selected, selected);
        var top = TopFor(request, matching.Length, rank);
        // Where the screen has no room for rows, the one that is selected must still be known.
        var page = Math.Max(request.Lines, 1);
        var first = Math.Max(top - page * Margin, 0);
        var count = top - first + page * (1 + Margin);
        var entries = Cut(matching, areAdded: !IsAll(state), first, count);
        var answer = new ViewAnswer(request, first, matching.Length, top, null);
        return SnapshotOf(state, entries, answer, rank);
    }

    private TableState Copy(TableState state)
    {
        var slots = new int[_rows.Entries.Length];
        for (var i = 0; i < slots.Length; i++)
            slots[i] = _rows.Entries[i].Slot;
        return state with { Rows = state.Rows.Copy(), PausedSlots = slots };
    }

    /// <summary>All rows that the program's filter wants, as they are.</summary>
    private bool IsAll(TableState state) => state.PausedSlots is null && _chosen.Expression.IsEverything;

    /// <summary>
    /// The rows that match, with their keys, which the order has been given where they are not all; valid until it is
    /// given others.
    /// </summary>
    private ReadOnlySpan<RowOrder.Entry> Choose(TableState state, ViewRequest request)
    {
        if (_chosen.Expression != request.Filter)
            _chosen = new RowFilter(request.Filter);
        if (state.PausedSlots is { } slots)
            return ChoosePaused(state, slots, request.Order);
        Begin(state.Rows, request.Order, _chosen.Asks);
        _rows.OrderBy(request.Order, _answers);
        if (_chosen.Expression.IsEverything)
            return _rows.Entries;
        foreach (ref readonly var entry in _rows.Entries)
        {
            if (Matches(state, entry.Slot))
                _order.Add(entry);
        }
        return _order.All;
    }

    private ReadOnlySpan<RowOrder.Entry> ChoosePaused(TableState state, int[] slots, SortOrder order)
    {
        Begin(state.Rows, order, _chosen.Asks);
        foreach (var slot in slots)
        {
            if (Matches(state, slot))
                _order.Add(new RowOrder.Entry(SortKey.Of(state.Rows, slot, order, _answers), slot));
        }
        return _order.All;
    }

    private bool Matches(TableState state, int slot)
    {
        if (_chosen.Expression.IsEverything)
            return true;
        state.Rows.Read(slot, out var record);
        return _chosen.Matches(record, _answers, state.Timestamp);
    }

    /// <summary>Makes ready for rows in that order.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="order">Their order.</param>
    /// <param name="alsoAsked">What else than the order the host is asked for.</param>
    private void Begin(TableRows rows, SortOrder order, HostFact alsoAsked)
    {
        _answers.Asked = alsoAsked | order.Field.Asks;
        _order.Clear(
            rows, order.IsDescending, order.Field is TextField { Place: null } ? CompareWords : null);

        int CompareWords(int one, int other)
        {
            var byWords = SortKey.CompareWords(WordsOf(one), WordsOf(other));
            return order.IsDescending ? -byWords : byWords;
        }

        string? WordsOf(int slot)
        {
            rows.Read(slot, out var record);
            return SortKey.TextOf(record, (TextField)order.Field, _answers);
        }
    }

    /// <summary>The row that is selected, if it is among those that match.</summary>
    private RowOrder.Entry? Find(ReadOnlySpan<RowOrder.Entry> matching, TableState state, ConnectionKey key)
    {
        // Most likely it is where it was.
        foreach (var slot in _guess)
        {
            if (IsAll(state) && state.Rows.IsUsed(slot) && state.Rows.KeyOf(slot) == key)
                return _rows.Find(slot);
        }
        foreach (ref readonly var entry in matching)
        {
            if (state.Rows.KeyOf(entry.Slot) == key)
                return entry;
        }
        return null;
    }

    /// <summary>Where the connection is gone, the place that it had.</summary>
    private int? RankOf(ReadOnlySpan<RowOrder.Entry> matching, RowChoice? choice, RowOrder.Entry? selected)
    {
        if (choice is not { } wanted || matching.Length == 0)
            return null;
        return selected is { } entry ? _order.RankIn(matching, entry) : Math.Clamp(wanted.Rank, 0, matching.Length - 1);
    }

    private static int TopFor(ViewRequest request, int matchCount, int? selectedRank)
    {
        var top = request.Top;
        if (selectedRank is { } rank)
            top = Math.Clamp(top, rank - Math.Max(request.Lines - 1, 0), rank);
        return Math.Clamp(top, 0, Math.Max(matchCount - request.Lines, 0));
    }

    /// <summary>A window, in order, of rows that match.</summary>
    private ReadOnlySpan<RowOrder.Entry> Cut(
        ReadOnlySpan<RowOrder.Entry> matching, bool areAdded, int first, int count)
    {
        if (!areAdded)
            AddFirst(matching, first + count);
        var window = _order.Window(first, count);
        _guess.Clear();
        foreach (ref readonly var entry in window)
            _guess.Add(entry.Slot);
        return window;
    }

    /// <summary>
    /// Adds the first so many of them, and maybe more: of many, the rows of the last window show how far down in the
    /// order these may be.
    /// </summary>
    private void AddFirst(ReadOnlySpan<RowOrder.Entry> entries, int count)
    {
        _order.Fill([]);
        var bound = count < entries.Length / Many && !_order.ComparesWords ? Bound() : null;
        if (bound is { } last)
        {
            foreach (ref readonly var entry in entries)
            {
                if (entry.Key.CompareTo(last) <= 0)
                    _order.Add(entry);
            }
            if (_order.Count >= count)
                return;
        }
        _order.Fill(entries);
    }

    /// <summary>The last in order of the last window's rows; null where none is wanted any more.</summary>
    private SortKey? Bound()
    {
        SortKey? last = null;
        foreach (var slot in _guess)
        {
            if (_rows.Find(slot) is { } entry && (last is not { } known || entry.Key.CompareTo(known) > 0))
                last = entry.Key;
        }
        return last;
    }

    private Snapshot SnapshotOf(
        TableState state, ReadOnlySpan<RowOrder.Entry> entries, ViewAnswer answer, int? selectedRank)
    {
        var rows = ArrayPool<ConnectionRecord>.Shared.Rent(entries.Length);
        var facts = host is null || answer.Request.Facts == HostFact.None
            ? null
            : ArrayPool<RowFacts>.Shared.Rent(entries.Length);
        var asked = new FactsOfRows(host!, answer.Request.Facts);
        for (var i = 0; i < entries.Length; i++)
        {
            state.Rows.Read(entries[i].Slot, out rows[i]);
            if (facts is not null)
                facts[i] = asked.Of(rows[i]);
        }
        RowChoice? selected = selectedRank is not { } rank ? null
            : new RowChoice(
                rank, rank >= answer.First && rank - answer.First < entries.Length
                    ? rows[rank - answer.First].Key
                    : null);
        return Snapshot.Of(rows, entries.Length, state.Live, state.Timestamp, state.Totals, state.Losses, IsUdpCounted,
            facts, state.Rows.Refresh, answer with { Selected = selected }, state.SteadyTime);
    }

    /// <summary>What windows are cut out of: the table as it is, or as it was when the screen was paused.</summary>
    private sealed record TableState(
        TableRows Rows,
        DateTimeOffset Timestamp,
        TimeSpan? SteadyTime,
        RowCounts Live,
        HostTotals Totals,
        IReadOnlyList<Loss> Losses,
        int[]? PausedSlots);
}
