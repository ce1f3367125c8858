using System.Text;
using Tcptop.Table.Formats;

namespace Tcptop.Tui.Cells;

/// <summary>
/// The screen as cells. Whatever is written outside it is cut off. A wide rune is two cells that live and die
/// together: writing over either half leaves a blank in place of the other, as a terminal does.
/// </summary>
internal sealed class CellBuffer
{
    private Cell[] _cells = [];

    public CellBuffer(int width, int height) => Resize(width, height);

    public int Width { get; private set; }

    public int Height { get; private set; }

    public void Resize(int width, int height)
    {
        if ((width, height) != (Width, Height))
            _cells = new Cell[width * height];
        (Width, Height) = (width, height);
        Clear();
    }

    public void Clear() => _cells.AsSpan().Fill(Cell.Blank);

    public ReadOnlySpan<Cell> Line(int y) => _cells.AsSpan(y * Width, Width);

    public void Fill(int x, int y, int width, Style style)
    {
        if ((uint)y >= (uint)Height)
            return;
        for (var at = Math.Max(x, 0); at < Math.Min(x + width, Width); at++)
            Put(at, y, new Cell(' ', style));
    }

    /// <summary>
    /// Writes as much of <paramref name="text"/> as <paramref name="width"/> columns hold; returns the
    /// columns taken.
    /// </summary>
    public int Write(int x, int y, ReadOnlySpan<char> text, Style style, int width = int.MaxValue)
    {
        if ((uint)y >= (uint)Height || x < 0 || x >= Width)
            return 0;
        var end = x + Math.Min(width, Width - x);
        var at = x;
        foreach (var rune in text.EnumerateRunes())
        {
            var columns = RuneWidth.Of(rune);
            if (columns == 0)
                continue;
            if (at + columns > end)
                break;
            Put(at, y, new Cell(rune.Value, style));
            if (columns == 2)
                Put(at + 1, y, new Cell(Cell.RightHalf, style));
            at += columns;
        }
        return at - x;
    }

    private void Put(int x, int y, Cell cell)
    {
        BlankPartner(x, y);
        _cells[y * Width + x] = cell;
    }

    /// <summary>Blanks the other half of the wide rune that holds this cell, if one does.</summary>
    private void BlankPartner(int x, int y)
    {
        var line = _cells.AsSpan(y * Width, Width);
        if (line[x].IsRightHalf && x > 0)
            line[x - 1] = line[x - 1] with { Rune = ' ' };
        else if (x + 1 < Width && line[x + 1].IsRightHalf)
            line[x + 1] = line[x + 1] with { Rune = ' ' };
    }
}
