using System.Text;
using Tcptop.Table.Formats;

namespace Tcptop.Tui.Cells;

/// <summary>
/// Turns the screen as it should be into the bytes that change the terminal from what it shows: one frame,
/// nothing when nothing has changed. It remembers the last frame and takes the terminal to have got all of
/// it; say <see cref="Invalidate"/> when it may not have.
/// </summary>
internal sealed class FrameDiff(ColorDepth depth, bool utf8)
{
    /// <summary>Up to this many unchanged columns are cheaper to write again than to step over.</summary>
    private const int LongestGapRewritten = 4;

    private const int Unknown = -1;

    private readonly TerminalWriter _out = new(depth, utf8);
    private Cell[] _shown = [];
    private int _width;
    private int _height;
    private bool _isStale = true;

    // Where the terminal writes next and how; Unknown makes the next cell say it.
    private int _x;
    private int _y;
    private Style? _style;

    /// <summary>The terminal's content is not known any more: the next frame draws everything.</summary>
    public void Invalidate() => _isStale = true;

    /// <summary>The bytes are valid until the next call.</summary>
    public ReadOnlyMemory<byte> Encode(CellBuffer wanted)
    {
        _out.Clear();
        _out.Append("\e[?2026h"u8);
        var nothing = _out.Length;
        (_x, _y, _style) = (Unknown, Unknown, null);
        if (_isStale || (wanted.Width, wanted.Height) != (_width, _height))
            StartOver(wanted.Width, wanted.Height);
        for (var y = 0; y < _height; y++)
            EncodeLine(y, wanted.Line(y), _shown.AsSpan(y * _width, _width));
        if (_out.Length == nothing)
            return default;
        // A terminal fills what a resize uncovers with the background that is set.
        if (_style is { } style && style != default)
            _out.SetStyle(default);
        _out.Append("\e[?2026l"u8);
        return _out.Written;
    }

    private void StartOver(int width, int height)
    {
        if (_shown.Length != width * height)
            _shown = new Cell[width * height];
        _shown.AsSpan().Fill(Cell.Blank);
        (_width, _height) = (width, height);
        _isStale = false;
        _out.Append("\e[0m\e[2J"u8);
        _style = default(Style);
    }

    private void EncodeLine(int y, ReadOnlySpan<Cell> wanted, Span<Cell> shown)
    {
        for (var x = 0; x < wanted.Length; x++)
        {
            var cell = wanted[x];
            if (cell == shown[x])
                continue;
            shown[x] = cell;
            // Its left half has changed as well and has written it.
            if (cell.IsRightHalf)
                continue;
            MoveTo(x, y, wanted);
            SetStyle(cell.Style);
            Write(new Rune(cell.Rune));
        }
    }

    private void MoveTo(int x, int y, ReadOnlySpan<Cell> line)
    {
        if (_y != y || _x == Unknown || _x > x)
            _out.MoveTo(x, y);
        else if (CanRewrite(line[_x..x]))
            Rewrite(line[_x..x]);
        else
            _out.MoveRight(x - _x);
        (_x, _y) = (x, y);
    }

    private bool CanRewrite(ReadOnlySpan<Cell> gap)
    {
        if (gap.Length > LongestGapRewritten)
            return false;
        foreach (ref readonly var cell in gap)
        {
            if (cell.IsRightHalf || cell.Rune >= 0x80 || cell.Style != _style)
                return false;
        }
        return true;
    }

    private void Rewrite(ReadOnlySpan<Cell> gap)
    {
        foreach (ref readonly var cell in gap)
            _out.AppendText(new Rune(cell.Rune));
    }

    private void SetStyle(Style style)
    {
        if (_style == style)
            return;
        _out.SetStyle(style);
        _style = style;
    }

    /// <summary>
    /// Behind the last column terminals differ in where the cursor is; but what comes next is on another line
    /// and says so.
    /// </summary>
    private void Write(Rune rune)
    {
        _out.AppendText(rune);
        _x = HasSureWidth(rune) ? _x + RuneWidth.Of(rune) : Unknown;
    }

    /// <summary>
    /// Terminals disagree about the widths of East Asian "ambiguous" characters and of new ones. Saying the
    /// position anew behind each keeps a disagreement in its cell; the blocks of a sparkline are ambiguous
    /// too but so many that it would double their cost.
    /// </summary>
    private static bool HasSureWidth(Rune rune) => rune.Value is < 0x300 or (>= 0x2580 and <= 0x259F);
}
