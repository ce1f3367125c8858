using System.Collections.Immutable;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Input;
using Tcptop.Tui.Screens;

namespace Tcptop.Tui.Widgets;

/// <summary>What every key does, out of the table of keys, and how the screen is to be read. The keys in two columns where there is room.</summary>
internal sealed class HelpOverlay(Theme theme, Glyphs glyphs)
{
    private const int TwoColumnsFrom = 100;
    private const int KeysWidth = 17;
    private const int Gap = 2;
    private const int Indent = 2;

    private static readonly ImmutableArray<string> Notes =
    [
        "Rates and bytes are in units of 1024 (1 KB is 1024 bytes), packets of 1000.",
        "- is what is not known, never a zero. The header's totals began with tcptop.",
        "Rows are dim below 1 KB/s, plain below 100 KB/s, amber below 10 MB/s, then",
        "orange; green in their first refresh; dark red in their last, having ended.",
    ];

    private static readonly ImmutableArray<Line> Left = [.. LinesOf(KeyGroup.Program), .. LinesOf(KeyGroup.Moving)];

    private static readonly ImmutableArray<Line> Right = [.. LinesOf(KeyGroup.Sorting), .. LinesOf(KeyGroup.Filter)];

    private static readonly ImmutableArray<Line> Below = [.. Notes.Select(note => new Line("", note, IsTitle: false)), new Line("", "", IsTitle: false), .. LinesOf(KeyGroup.Typing)];

    private static readonly ImmutableArray<Line> OneColumn = [.. Left, .. Right, .. Below];

    private static int ColumnsHeight => Math.Max(Left.Length, Right.Length);

    /// <summary>How far it can be scrolled on a screen of this size, whose last line is the status bar's.</summary>
    public static int LastTop(int width, int height) => Math.Max(LineCount(width) - Math.Max(height - 1, 0), 0);

    public static int LineCount(int width) => HasTwoColumns(width) ? ColumnsHeight + Below.Length : OneColumn.Length;

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
        Draw(target, 0, y, half, Left, number);
        Draw(target, half + Gap, y, half, Right, number);
        Draw(target, 0, y, target.Width, Below, number - ColumnsHeight);
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
        new CellField(target, x + Indent, y, Math.Max(textAt - 1 - Indent, 0), theme.Strong, glyphs).DrawLeft(line.Keys);
        new CellField(target, x + textAt, y, Math.Max(width - textAt, 0), default, glyphs).DrawLeft(line.Text);
    }

    private static IEnumerable<Line> LinesOf(KeyGroup group)
    {
        yield return new Line("", KeyBindings.TitleOf(group), IsTitle: true);
        foreach (var binding in KeyBindings.All)
        {
            if (binding.Group == group)
                yield return new Line(string.Join(' ', binding.Keys.Select(KeyNames.Of)), binding.Help, IsTitle: false);
        }
        yield return new Line("", "", IsTitle: false);
    }

    private readonly record struct Line(string Keys, string Text, bool IsTitle);
}
