using Tcptop.Model;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Screens;

namespace Tcptop.Tui.Widgets;

/// <summary>The connections, one a line, under their titles.</summary>
internal sealed class ConnectionList(Theme theme, Glyphs glyphs)
{
    public void Draw(CellBuffer target, ScreenLayout layout, ViewState state)
    {
        Span<int> widths = stackalloc int[Columns.Default.Length];
        ColumnWidths.Fit(Columns.Default, target.Width, widths);
        if (layout.TitleLines != 0)
            DrawTitles(target, layout.TitleY, widths);
        if (state.Snapshot is not { } snapshot)
        {
            DrawNotice(target, layout, "waiting for the first refresh");
            return;
        }
        var rows = snapshot.Rows;
        if (rows.IsEmpty)
            DrawNotice(target, layout, "no connections");
        for (var i = 0; i < Math.Min(rows.Length, layout.Rows); i++)
            DrawRow(target, layout.RowsY + i, widths, rows[i]);
    }

    private void DrawTitles(CellBuffer target, int y, ReadOnlySpan<int> widths)
    {
        target.Fill(0, y, target.Width, theme.Bar);
        var x = 0;
        for (var i = 0; i < widths.Length; i++)
        {
            var column = Columns.Default[i];
            var field = new CellField(target, x, y, widths[i], theme.Bar, glyphs);
            var title = column.Title.Length <= widths[i] ? column.Title : column.ShortTitle;
            if (column.AlignsRight)
                field.DrawRight(title);
            else
                field.DrawLeft(title);
            x += widths[i] + Columns.Gap;
        }
    }

    private void DrawRow(CellBuffer target, int y, ReadOnlySpan<int> widths, in ConnectionRecord row)
    {
        var style = theme.OfRow(row);
        if (style.PaintsBackground)
            target.Fill(0, y, target.Width, style);
        var x = 0;
        for (var i = 0; i < widths.Length; i++)
        {
            ConnectionCell.Draw(new CellField(target, x, y, widths[i], style, glyphs), Columns.Default[i].Kind, row);
            x += widths[i] + Columns.Gap;
        }
    }

    private void DrawNotice(CellBuffer target, ScreenLayout layout, string text)
    {
        if (layout.Rows != 0)
            new CellField(target, 0, layout.RowsY, target.Width, theme.Faint, glyphs).DrawLeft(text);
    }
}
