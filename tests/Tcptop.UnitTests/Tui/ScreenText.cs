using System.Text;
using Tcptop.Tui.Cells;

namespace Tcptop.UnitTests.Tui;

internal static class ScreenText
{
    /// <summary>The screen as lines of text, blanks at their ends cut off.</summary>
    public static string Of(CellBuffer cells) => string.Join('\n', Lines(cells));

    public static IEnumerable<string> Lines(CellBuffer cells)
    {
        for (var y = 0; y < cells.Height; y++)
            yield return Line(cells, y).TrimEnd();
    }

    public static string Line(CellBuffer cells, int y)
    {
        var text = new StringBuilder();
        foreach (var cell in cells.Line(y))
        {
            if (!cell.IsRightHalf)
                text.Append(new Rune(cell.Rune));
        }
        return text.ToString();
    }
}
