using System.Collections.Immutable;
using Tcptop.Model;
using Tcptop.Model.Fields;
using Tcptop.Table;
using Tcptop.Table.Formats;
using Tcptop.Tui.Grid;

namespace Tcptop.Tui.View;

/// <summary>All that the screen shows; a refresh or a key makes a new one. Drawing only reads it.</summary>
internal sealed record ViewState
{
    private const int MostLossLines = 3;

    private static readonly ImmutableArray<Column> UsualWithMore = Grid.Columns.Default.With(Grid.Columns.More);

    private readonly ImmutableArray<Column> _withMore = UsualWithMore;

    /// <summary>Also for the columns that a key adds: so their names are there at once.</summary>
    private readonly HostFact _facts = FactsOf(UsualWithMore);

    /// <summary>
    /// Whoever keeps the state owns it: replacing it here does not dispose it. Null before the first refresh.
    /// </summary>
    public Snapshot? Snapshot { get; private init; }

    public RateHistory RateIn { get; private init; } = RateHistory.Empty;

    public RateHistory RateOut { get; private init; } = RateHistory.Empty;

    /// <summary>Widest contents since the view was last changed.</summary>
    public ContentWidths Content { get; init; } = ContentWidths.None;

    public SortOrder Order { get; init; } = SortOrder.Default;

    /// <summary>The title that the keys have moved to; null while they have not.</summary>
    public Field? Marked { get; init; }

    public bool ShowsMore { get; init; }

    /// <summary>The columns that are always there.</summary>
    public ImmutableArray<Column> Chosen
    {
        get;
        init
        {
            field = value;
            _withMore = value.With(Grid.Columns.More);
            _facts = FactsOf(_withMore);
        }
    } = Grid.Columns.Default;

    public bool IsPaused { get; init; }

    public TypedFilter Filter { get; init; } = TypedFilter.None;

    /// <summary>Rank of the first line of the table.</summary>
    public int Top { get; init; }

    public RowChoice? Selected { get; init; }

    /// <summary>First line of the help that is seen; null while there is no help.</summary>
    public int? HelpTop { get; init; }

    public int Width { get; init; }

    public int Height { get; init; }

    public required TimeSpan Interval { get; init; }

    /// <summary>
    /// What the program was told to leave out, in words; empty: nothing. Escaped when it is set, for it holds
    /// what the user typed.
    /// </summary>
    public string FilterText { get; init => field = SafeText.Escape(value); } = "";

    /// <summary>
    /// What of the host cannot be seen, and what that would need, a line each. Escaped when it is set: a
    /// kernel's words may be in it.
    /// </summary>
    public IReadOnlyList<string> NotSeen
    {
        get;
        init => field = [.. value.Select(static lack => $"Not seen  {SafeText.Escape(lack)}")];
    } = [];

    /// <summary>
    /// When the view began, as <see cref="Tcptop.Table.Snapshot.SteadyTime"/> has it; null: neither it nor
    /// the time of day is said.
    /// </summary>
    public TimeSpan? Started { get; init; }

    /// <summary>Of the clock.</summary>
    public UtcOffset Local { get; init; } = static _ => TimeSpan.Zero;

    /// <summary>The same by the clock on the wall, since when totals count; null: it is not said.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public bool HasLosses => Snapshot is { Losses.Count: > 0 };

    /// <summary>Lines of the header for what was lost and what is not seen.</summary>
    public int Notes => LossLines + NotSeen.Count;

    /// <summary>Lines of the header for what was lost.</summary>
    public int LossLines => Math.Min(Snapshot?.Losses.Count ?? 0, MostLossLines);

    /// <summary>Those that are shown now.</summary>
    public ImmutableArray<Column> Columns => ShowsMore ? _withMore : Chosen;

    public ScreenLayout Layout => ScreenLayout.For(Height, Notes);

    /// <summary>Keys are characters of the filter now.</summary>
    public bool IsTyping => HelpTop is null && Filter.Line is not null;

    /// <summary>Rows that there are, those not in hand included.</summary>
    public int RowCount => Snapshot is { } snapshot ? snapshot.View?.MatchCount ?? snapshot.Rows.Length : 0;

    public ViewRequest Wanted => new()
    {
        Order = Order,
        Filter = Filter.Expression,
        Facts = _facts,
        Top = Top,
        Lines = Layout.Rows,
        Selected = Selected,
        IsPaused = IsPaused,
    };

    /// <summary>Whether the rows in hand are those that are wanted: of this order and filter.</summary>
    public bool HasRightRows => Snapshot is null || WouldHaveRightRows(Snapshot);

    /// <summary>Whether all that is to be drawn is in hand.</summary>
    public bool IsAnswered =>
        Snapshot is not null && HasRightRows && Selected is not { Key: null } && HasLines(Top, Layout.Rows);

    /// <summary>Whether the next few keys that scroll can be answered from what is in hand.</summary>
    public bool HasMargin => IsAnswered && HasLines(Top - Layout.Rows / 2, Layout.Rows * 2);

    private int FirstInHand => Snapshot?.View?.First ?? 0;

    public ViewState Show(Snapshot snapshot)
    {
        var isRefresh = Snapshot is null || snapshot.Refresh == 0 || snapshot.Refresh != Snapshot.Refresh;
        var shown = this with
        {
            Snapshot = snapshot,
            Content = Content.With(snapshot, Columns),
            RateIn = isRefresh ? RateIn.Advance(snapshot.SteadyTime, snapshot.Totals.RateIn) : RateIn,
            RateOut = isRefresh ? RateOut.Advance(snapshot.SteadyTime, snapshot.Totals.RateOut) : RateOut,
        };
        if (snapshot.View is { } view && view.Request == Wanted)
            return shown with { Top = view.Top, Selected = view.Selected };
        return Scrolling.Follow(shown);
    }

    public bool WouldHaveRightRows(Snapshot snapshot) => snapshot.View is not { Request: var request }
        || (request.Order == Order && request.IsPaused == IsPaused && request.Filter == Filter.Expression);

    public ViewState Resized(int width, int height)
    {
        var resized = this with
        {
            Width = width,
            Height = height,
            Content = Snapshot is { } snapshot ? ContentWidths.None.With(snapshot, Columns) : ContentWidths.None
        };
        return Selected is { } selected ? Scrolling.Select(resized, selected.Rank) : resized;
    }

    /// <summary>
    /// Index among the rows in hand of the first that is drawn; as near to what is wanted as there are rows.
    /// </summary>
    public int FirstDrawn(int lines) =>
        Math.Clamp(Top - FirstInHand, 0, Math.Max((Snapshot?.Rows.Length ?? 0) - lines, 0));

    /// <summary>The connection that has this place now; null when it is not in hand.</summary>
    public ConnectionKey? KeyAt(int rank)
    {
        if (!HasRightRows || Snapshot is not { Rows: var rows })
            return null;
        var index = rank - FirstInHand;
        return (uint)index < (uint)rows.Length ? rows[index].Key : null;
    }

    /// <summary>The place of a connection; null when it is not in hand.</summary>
    public int? RankOf(ConnectionKey? key)
    {
        if (key is not { } wanted || !HasRightRows || Snapshot is not { Rows: var rows })
            return null;
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i].Key == wanted)
                return FirstInHand + i;
        }
        return null;
    }

    private static HostFact FactsOf(ImmutableArray<Column> columns) =>
        FieldList.AskedFor(columns.Select(static column => column.Field));

    private bool HasLines(int top, int lines)
    {
        if (Snapshot is not { View: { } view } snapshot)
            return true;
        var (from, to) = (Math.Clamp(top, 0, view.MatchCount), Math.Clamp(top + lines, 0, view.MatchCount));
        return from >= view.First && to <= view.First + snapshot.Rows.Length;
    }
}
