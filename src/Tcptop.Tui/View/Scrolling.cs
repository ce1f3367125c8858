using Tcptop.Table;

namespace Tcptop.Tui.View;

/// <summary>Moving the selection and the lines that are seen: by as little as shows the selected row.</summary>
internal static class Scrolling
{
    public static ViewState Move(ViewState state, int rows) =>
        Select(state, state.Selected is { } selected ? selected.Rank + rows : state.Top);

    public static ViewState Page(ViewState state, int pages)
    {
        var lines = Math.Max(state.Layout.Rows, 1) * pages;
        var rank = (state.Selected?.Rank ?? state.Top) + lines;
        return Select(state with { Top = TopWithin(state, state.Top + lines) }, rank);
    }

    /// <summary>The selection stays, unless it would be out of sight: then it comes along.</summary>
    public static ViewState Scroll(ViewState state, int rows)
    {
        var scrolled = state with { Top = TopWithin(state, state.Top + rows) };
        if (state.Selected is not { } selected)
            return scrolled;
        var rank = Math.Clamp(selected.Rank, scrolled.Top, scrolled.Top + Math.Max(state.Layout.Rows - 1, 0));
        return rank == selected.Rank ? scrolled : Select(scrolled, rank);
    }

    public static ViewState Select(ViewState state, int rank)
    {
        if (state.RowCount == 0)
            return state;
        rank = Math.Clamp(rank, 0, state.RowCount - 1);
        var top = Math.Clamp(state.Top, rank - Math.Max(state.Layout.Rows - 1, 0), rank);
        return state with { Selected = new RowChoice(rank, state.KeyAt(rank)), Top = TopWithin(state, top) };
    }

    /// <summary>Rows have changed their places; the selected connection is where it is now, and is seen.</summary>
    public static ViewState Follow(ViewState state) =>
        state.RankOf(state.Selected?.Key) is { } rank ? Select(state, rank) : state;

    private static int TopWithin(ViewState state, int top) =>
        Math.Clamp(top, 0, Math.Max(state.RowCount - state.Layout.Rows, 0));
}
