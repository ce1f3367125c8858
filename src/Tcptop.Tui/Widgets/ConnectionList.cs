using System.Collections.Immutable;
using Tcptop.Model;
using Tcptop.Model.Fields;
using Tcptop.Table;
using Tcptop.Table.Formats;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Grid;
using Tcptop.Tui.Look;
using Tcptop.Tui.View;

namespace Tcptop.Tui.Widgets;

/// <summary>The connections, one a line, under their titles.</summary>
internal sealed class ConnectionList(Theme theme, Glyphs glyphs)
{
    private const int LongestTitle = 32;

    public void Draw(CellBuffer target, ScreenLayout layout, ViewState state)
    {
        Span<int> widths = stackalloc int[state.Columns.Length];
        ColumnWidths.Fit(state.Columns.AsSpan(), state.Content, target.Width, widths);
        if (layout.TitleLines != 0)
            DrawTitles(target, layout.TitleY, widths, state);
        if (state.Snapshot is not { } snapshot)
        {
            DrawNotice(target, layout, "waiting for the first refresh");
            return;
        }
        var rows = snapshot.Rows;
        if (rows.IsEmpty)
            DrawNotice(target, layout,
                state is { Filter.Text: "", FilterText: "" } ? "no connections" : "no connection matches the filter");
        var from = state.FirstDrawn(layout.Rows);
        for (var i = 0; i < layout.Rows && from + i < rows.Length; i++)
        {
            var row = new Row(snapshot, from + i, rows[from + i].Key == state.Selected?.Key);
            DrawRow(target, layout.RowsY + i, widths, row, state.Columns);
        }
    }

    /// <summary>The column whose title or content is at <paramref name="x"/>; null behind the last.</summary>
    public static Field? ColumnAt(ViewState state, int x)
    {
        Span<int> widths = stackalloc int[state.Columns.Length];
        ColumnWidths.Fit(state.Columns.AsSpan(), state.Content, state.Width, widths);
        for (var i = 0; i < widths.Length; i++)
        {
            if (x < widths[i])
                return state.Columns[i].Field;
            x -= widths[i] + Columns.Gap;
        }
        return null;
    }

    private void DrawTitles(CellBuffer target, int y, ReadOnlySpan<int> widths, ViewState state)
    {
        target.Fill(0, y, target.Width, theme.Bar);
        Span<char> text = stackalloc char[LongestTitle];
        var x = 0;
        for (var i = 0; i < widths.Length; i++)
        {
            var column = state.Columns[i];
            var isSorted = column.Field == state.Order.Field;
            var style = column.Field == state.Marked ? theme.MarkedTitle : isSorted ? theme.SortedTitle : theme.Bar;
            if (column.Field == state.Marked)
                target.Fill(x, y, widths[i], style);
            var field = new CellField(target, x, y, widths[i], style, glyphs);
            var title = TitleOf(column, widths[i], isSorted ? glyphs.Arrow(state.Order.IsDescending) : "", text);
            if (column.AlignsRight)
                field.DrawRight(title);
            else
                field.DrawLeft(title);
            x += widths[i] + Columns.Gap;
        }
    }

    /// <summary>The longest form that fits, and the arrow with it unless nothing else fits then.</summary>
    private static ReadOnlySpan<char> TitleOf(Column column, int width, string arrow, Span<char> text)
    {
        foreach (var title in (ReadOnlySpan<string>)[column.Title, column.ShortTitle])
        {
            if (title.Length + arrow.Length > width)
                continue;
            title.CopyTo(text);
            arrow.CopyTo(text[title.Length..]);
            return text[..(title.Length + arrow.Length)];
        }
        return column.Title.Length <= width ? column.Title : column.ShortTitle;
    }

    private void DrawRow(CellBuffer target, int y, ReadOnlySpan<int> widths, Row row, ImmutableArray<Column> columns)
    {
        ref readonly var record = ref row.Record;
        var context = row.Context;
        var style = row.IsSelected ? theme.OfSelected(record) : theme.OfRow(record);
        if (style.PaintsBackground)
            target.Fill(0, y, target.Width, style);
        var x = 0;
        for (var i = 0; i < widths.Length; i++)
        {
            ConnectionCell.Draw(
                new CellField(target, x, y, widths[i], style, glyphs), columns[i].Field, record, context);
            x += widths[i] + Columns.Gap;
        }
    }

    private void DrawNotice(CellBuffer target, ScreenLayout layout, string text)
    {
        if (layout.Rows != 0)
            new CellField(target, 0, layout.RowsY, target.Width, theme.Faint, glyphs).DrawLeft(text);
    }

    private readonly ref struct Row(Snapshot snapshot, int index, bool isSelected)
    {
        public readonly ref readonly ConnectionRecord Record = ref snapshot.Rows[index];

        public RowContext Context { get; } = new(snapshot.FactsOf(index), snapshot.Timestamp);

        public bool IsSelected { get; } = isSelected;
    }
}
