using Tcptop.Table.Formats;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Look;

namespace Tcptop.Tui.Grid;

/// <summary>
/// A stretch of one line that holds one text; what does not fit is trimmed, with an ellipsis where it was.
/// </summary>
internal readonly ref struct CellField(CellBuffer target, int x, int y, int width, Style style, Glyphs glyphs)
{
    /// <summary>Stands for a value that is not known.</summary>
    public const string Absent = "-";

    public int Width { get; } = width;

    public void DrawLeft(ReadOnlySpan<char> text)
    {
        if (RuneWidth.Of(text) <= Width)
            target.Write(x, y, text, style, Width);
        else if (Width > 0)
            DrawTrimmed(text);
    }

    public void DrawRight(ReadOnlySpan<char> text)
    {
        var columns = RuneWidth.Of(text);
        if (columns <= Width)
            target.Write(x + Width - columns, y, text, style, columns);
        else if (Width > 0)
            DrawTrimmed(text);
    }

    /// <summary>
    /// For text of which both ends matter, as an address and its port do; trimmed in the middle. Its last
    /// <paramref name="wholeTail"/> characters stay whole, or are gone: half a port reads as another port.
    /// ASCII only.
    /// </summary>
    public void DrawBothEnds(ReadOnlySpan<char> text, int wholeTail)
    {
        var kept = Width - 1;
        if (text.Length <= Width || wholeTail > kept)
        {
            DrawLeft(text);
            return;
        }
        var tail = Math.Max(kept - kept / 2, wholeTail);
        var head = kept - tail;
        target.Write(x, y, text[..head], style);
        target.Write(x + head, y, glyphs.Ellipsis, style);
        target.Write(x + head + 1, y, text[^tail..], style);
    }

    /// <summary>In place of a number none of whose forms fits.</summary>
    public void DrawNothingFits() => DrawRight(glyphs.Ellipsis);

    private void DrawTrimmed(ReadOnlySpan<char> text)
    {
        var taken = target.Write(x, y, text, style, Width - 1);
        target.Write(x + taken, y, glyphs.Ellipsis, style);
    }
}
