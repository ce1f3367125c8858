using System.Globalization;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Screens;

namespace Tcptop.Tui.Widgets;

/// <summary>The last line: what the rows are sorted by, how often they are refreshed, how to get out.</summary>
internal sealed class StatusBar(Theme theme, Glyphs glyphs)
{
    private const string Help = "q quit ";

    public void Draw(CellBuffer target, int y, ViewState state)
    {
        Span<char> text = stackalloc char[128];
        var arrow = state.Sort.IsDescending ? glyphs.Descending : glyphs.Ascending;
        text.TryWrite(
            CultureInfo.InvariantCulture,
            $" Sort: {state.Sort.Name} {arrow}  every {state.Interval.TotalSeconds:0.###} s",
            out var length);
        target.Fill(0, y, target.Width, theme.Bar);
        new CellField(target, 0, y, target.Width - Help.Length - 1, theme.Bar, glyphs).DrawLeft(text[..length]);
        var helpWidth = Math.Min(Help.Length, target.Width);
        new CellField(target, target.Width - helpWidth, y, helpWidth, theme.Bar, glyphs).DrawLeft(Help);
    }
}
