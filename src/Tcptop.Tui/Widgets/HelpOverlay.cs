using System.Collections.Immutable;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Grid;
using Tcptop.Tui.Input;
using Tcptop.Tui.Look;

namespace Tcptop.Tui.Widgets;

/// <summary>
/// Examples of filters, what every key does, out of the table of keys, and how the screen is to be read. The
/// keys in two columns where there is room.
/// </summary>
internal sealed class HelpOverlay(Theme theme, Glyphs glyphs)
{
    private const int TwoColumnsFrom = 100;
    private const int KeysWidth = 17;
    private const int Gap = 2;
    private const int Indent = 2;

    private static readonly ImmutableArray<Line> Examples =
    [
        Title("Filter: press / and type words; a row must match all of them"),
        new("/nginx", "processes and containers with nginx in the name", IsTitle: false),
        new("/10.1.2.", "addresses with 10.1.2. in them", IsTitle: false),
        new("/:5432 psql", "port 5432 of psql", IsTitle: false),
        Text(""),
    ];

    private static readonly ImmutableArray<Line> Notes =
    [
        Text("Bytes and rates use units of 1024 (1 KB is 1024 bytes), packets units of 1000."),
        Text("\"-\" means unknown, not zero. Totals in the header count from tcptop's start."),
        Text("Rows by rate: dim below 1 KB/s, plain below 100 KB/s, amber below 10 MB/s, then"),
        Text("orange. Green: new in this refresh. Dark red: ended; this is the last row."),
        Text("Hold Shift and drag to copy."),
        Text(""),
    ];

    private static readonly ImmutableArray<Line> Losses =
    [
        Title("What the header reports as missing (man tcptop, LOSSES)"),
        .. Tcptop.Model.Losses.OfConnections.Select(static words => Text($"  {words.Name,-22} {words.Cause}")),
    ];

    private static readonly ImmutableArray<Line> Left = [.. LinesOf(KeyGroup.Program), .. LinesOf(KeyGroup.Moving)];

    private static readonly ImmutableArray<Line> Right = [.. LinesOf(KeyGroup.Sorting), .. LinesOf(KeyGroup.Filter)];

    private static readonly ImmutableArray<Line> Below = [.. Notes, .. LinesOf(KeyGroup.Typing), .. Losses];

    private static readonly ImmutableArray<Line> OneColumn = [.. Examples, .. Left, .. Right, .. Below];

    private static int ColumnsHeight => Math.Max(Left.Length, Right.Length);

    /// <summary>How far it can be scrolled on a screen of this size, whose last line is the status bar's.</summary>
    public static int LastTop(int width, int height) => Math.Max(LineCount(width) - Math.Max(height - 1, 0), 0);

    public static int LineCount(int width) =>
        HasTwoColumns(width) ? Examples.Length + ColumnsHeight + Below.Length : OneColumn.Length;

    public void Draw(CellBuffer target, int height, int top)
    {
        var lastTop = LastTop(target.Width, height + 1);
        for (var y = 0; y < height; y++)
            DrawLine(target, y, Math.Min(top, lastTop) + y);
    }

    private static bool HasTwoColumns(int width) => width >= TwoColumnsFrom;

    private void DrawLine(CellBuffer target, int y, int number)
    {
        if (!HasTwoColumns(target.Width))
        {
            Draw(target, 0, y, target.Width, OneColumn, number);
            return;
        }
        var half = (target.Width - Gap) / 2;
        var inColumns = number - Examples.Length;
        Draw(target, 0, y, target.Width, Examples, number);
        Draw(target, 0, y, half, Left, inColumns);
        Draw(target, half + Gap, y, half, Right, inColumns);
        Draw(target, 0, y, target.Width, Below, inColumns - ColumnsHeight);
    }

    private void Draw(CellBuffer target, int x, int y, int width, ImmutableArray<Line> lines, int number)
    {
        if (number < 0 || number >= lines.Length)
            return;
        var line = lines[number];
        if (line.Keys.Length == 0)
        {
            new CellField(target, x, y, width, line.IsTitle ? theme.Strong : default, glyphs).DrawLeft(line.Text);
            return;
        }
        var textAt = Math.Min(KeysWidth, width / 2) + 1;
        var keysWidth = Math.Max(textAt - 1 - Indent, 0);
        new CellField(target, x + Indent, y, keysWidth, theme.Strong, glyphs).DrawLeft(line.Keys);
        new CellField(target, x + textAt, y, Math.Max(width - textAt, 0), default, glyphs).DrawLeft(line.Text);
    }

    private static Line Title(string text) => new("", text, IsTitle: true);

    private static Line Text(string text) => new("", text, IsTitle: false);

    private static IEnumerable<Line> LinesOf(KeyGroup group)
    {
        yield return Title(KeyBindings.TitleOf(group));
        foreach (var binding in KeyBindings.All)
        {
            if (binding.Group == group)
                yield return new Line(string.Join(' ', binding.Keys.Select(KeyNames.Of)), binding.Help, IsTitle: false);
        }
        yield return Text("");
    }

    private readonly record struct Line(string Keys, string Text, bool IsTitle);
}
