using System.Globalization;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Screens;

namespace Tcptop.Tui.Widgets;

/// <summary>The last line: what the rows are sorted by, which connections they are, how often they are refreshed, how to get out.</summary>
internal sealed class StatusBar(Theme theme, Glyphs glyphs)
{
    private const string FilterLabel = "  Filter: ";
    private const string Help = "q quit ";

    public void Draw(CellBuffer target, int y, ViewState state)
    {
        Span<char> text = stackalloc char[128];
        var arrow = state.Sort.IsDescending ? glyphs.Descending : glyphs.Ascending;
        target.Fill(0, y, target.Width, theme.Bar);
        text.TryWrite(CultureInfo.InvariantCulture, $" Sort: {state.Sort.Name} {arrow}", out var length);
        var x = DrawPart(target, 0, y, text[..length]);
        if (state.FilterText.Length != 0)
        {
            x = DrawPart(target, x, y, FilterLabel);
            // A part of its own, as it may be of any length.
            x = DrawPart(target, x, y, state.FilterText);
        }
        text.TryWrite(CultureInfo.InvariantCulture, $"  every {state.Interval.TotalSeconds:0.###} s", out length);
        DrawPart(target, x, y, text[..length]);
        var helpWidth = Math.Min(Help.Length, target.Width);
        new CellField(target, target.Width - helpWidth, y, helpWidth, theme.Bar, glyphs).DrawLeft(Help);
    }

    /// <summary>Returns where the next part begins, which may be beyond the last column that is left.</summary>
    private int DrawPart(CellBuffer target, int x, int y, ReadOnlySpan<char> text)
    {
        new CellField(target, x, y, target.Width - Help.Length - 1 - x, theme.Bar, glyphs).DrawLeft(text);
        return x + RuneWidth.Of(text);
    }
}
