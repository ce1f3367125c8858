using System.Globalization;
using System.Text;
using Tcptop.Table.Formats;
using Tcptop.Tui.Cells;
using Xunit;

namespace Tcptop.UnitTests.Tui;

/// <summary>
/// As much of a terminal as the screen makes use of, in true colour and without wrapping; whatever else it is
/// sent is an error. Its cells are its own, so that a fault of <see cref="CellBuffer"/> does not hide itself.
/// </summary>
internal sealed class VirtualTerminal
{
    private Cell[,] _cells;
    private int _x;
    private int _y;
    private Style _style;

    public VirtualTerminal(int width, int height) => _cells = Garbage(width, height);

    public int Width => _cells.GetLength(1);

    public int Height => _cells.GetLength(0);

    public bool IsInFrame { get; private set; }

    public Style Style => _style;

    public Cell this[int x, int y] => _cells[y, x];

    /// <summary>A terminal may make anything of its content in a resize.</summary>
    public void Resize(int width, int height)
    {
        _cells = Garbage(width, height);
        (_x, _y) = (0, 0);
    }

    public void Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (bytes[0] == 0x1B)
            {
                Assert.Equal((byte)'[', bytes[1]);
                var end = bytes[2..].IndexOfAnyInRange((byte)0x40, (byte)0x7E) + 2;
                Control(Encoding.ASCII.GetString(bytes[2..end]), (char)bytes[end]);
                bytes = bytes[(end + 1)..];
                continue;
            }
            Assert.Equal(System.Buffers.OperationStatus.Done, Rune.DecodeFromUtf8(bytes, out var rune, out var length));
            Print(rune);
            bytes = bytes[length..];
        }
    }

    private static Cell[,] Garbage(int width, int height)
    {
        var cells = new Cell[height, width];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                cells[y, x] = new Cell('#', new Style(Attributes: TextAttributes.Underline));
        }
        return cells;
    }

    private void Control(string parameters, char final)
    {
        switch ((parameters, final))
        {
            case ("?2026", 'h'):
                Assert.False(IsInFrame);
                IsInFrame = true;
                break;
            case ("?2026", 'l'):
                Assert.True(IsInFrame);
                IsInFrame = false;
                break;
            case ("2", 'J'):
                Clear();
                break;
            case (_, 'H'):
                var position = parameters.Split(';').Select(Number).ToArray();
                (_x, _y) = (position[1] - 1, position[0] - 1);
                break;
            case (_, 'C'):
                _x += Number(parameters);
                break;
            case (_, 'm'):
                SetStyle([.. parameters.Split(';').Select(Number)]);
                break;
            default:
                Assert.Fail($"unexpected CSI {parameters} {final}");
                break;
        }
        Assert.InRange(_x, 0, Width - 1);
        Assert.InRange(_y, 0, Height - 1);
    }

    private void Clear()
    {
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
                _cells[y, x] = new Cell(' ', new Style(Background: _style.Background));
        }
    }

    private void SetStyle(int[] codes)
    {
        for (var i = 0; i < codes.Length; i++)
        {
            _style = codes[i] switch
            {
                0 => default,
                1 => _style with { Attributes = _style.Attributes | TextAttributes.Bold },
                2 => _style with { Attributes = _style.Attributes | TextAttributes.Dim },
                4 => _style with { Attributes = _style.Attributes | TextAttributes.Underline },
                7 => _style with { Attributes = _style.Attributes | TextAttributes.Reverse },
                38 => _style with { Foreground = Rgb(codes, ref i) },
                48 => _style with { Background = Rgb(codes, ref i) },
                _ => throw new InvalidOperationException($"unexpected SGR {codes[i]}"),
            };
        }
    }

    private static Color Rgb(int[] codes, ref int at)
    {
        Assert.Equal(2, codes[at + 1]);
        at += 4;
        return Color.FromRgb((byte)codes[at - 2], (byte)codes[at - 1], (byte)codes[at]);
    }

    private void Print(Rune rune)
    {
        var width = RuneWidth.Of(rune);
        Assert.InRange(width, 1, 2);
        Assert.True(_x + width <= Width, "printed behind the last column");
        Put(_x, new Cell(rune.Value, _style));
        if (width == 2)
            Put(_x + 1, new Cell(Cell.RightHalf, _style), keepLeft: true);
        _x = Math.Min(_x + width, Width - 1);
    }

    /// <summary>Half of a wide rune that is left alone becomes a blank.</summary>
    private void Put(int x, Cell cell, bool keepLeft = false)
    {
        if (!keepLeft && x > 0 && _cells[_y, x].IsRightHalf)
            _cells[_y, x - 1] = _cells[_y, x - 1] with { Rune = ' ' };
        if (x + 1 < Width && _cells[_y, x + 1].IsRightHalf)
            _cells[_y, x + 1] = _cells[_y, x + 1] with { Rune = ' ' };
        _cells[_y, x] = cell;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
