using System.Buffers.Text;
using System.Text;
using Tcptop.Table.Formats;

namespace Tcptop.Tui.Cells;

/// <summary>
/// Control sequences and text as the bytes of one frame, in a buffer that is used again for the next.
/// </summary>
internal sealed class TerminalWriter(ColorDepth depth, bool utf8)
{
    private byte[] _bytes = new byte[4096];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public void Clear() => Length = 0;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Free(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>
    /// Text goes out as UTF-8, or as ASCII with <c>?</c> for each column of what it lacks: an 8-bit terminal
    /// may take the second byte of a UTF-8 sequence for a control character.
    /// </summary>
    public void AppendText(Rune rune)
    {
        if (rune.IsAscii || utf8)
            Length += rune.EncodeToUtf8(Free(4));
        else
            Append("??"u8[..RuneWidth.Of(rune)]);
    }

    public void MoveTo(int x, int y)
    {
        Append("\e["u8);
        AppendNumber(y + 1);
        Append(";"u8);
        AppendNumber(x + 1);
        Append("H"u8);
    }

    public void MoveRight(int columns)
    {
        Append("\e["u8);
        AppendNumber(columns);
        Append("C"u8);
    }

    /// <summary>Sets the whole style, whatever was set before.</summary>
    public void SetStyle(Style style)
    {
        Append("\e[0"u8);
        if ((style.Attributes & TextAttributes.Bold) != 0)
            Append(";1"u8);
        if ((style.Attributes & TextAttributes.Dim) != 0)
            Append(";2"u8);
        if ((style.Attributes & TextAttributes.Underline) != 0)
            Append(";4"u8);
        if ((style.Attributes & TextAttributes.Reverse) != 0)
            Append(";7"u8);
        AppendColor(style.Foreground, isBackground: false);
        AppendColor(style.Background, isBackground: true);
        Append("m"u8);
    }

    private void AppendColor(Color color, bool isBackground)
    {
        if (color.IsDefault || depth == ColorDepth.None)
            return;
        Append(";"u8);
        if (depth == ColorDepth.Ansi16)
        {
            var index = Palette.ToAnsi16(color);
            AppendNumber((index < 8 ? 30 + index : 90 + index - 8) + (isBackground ? 10 : 0));
            return;
        }
        Append(isBackground ? "48;"u8 : "38;"u8);
        if (depth == ColorDepth.Indexed256)
        {
            Append("5;"u8);
            AppendNumber(Palette.ToIndexed256(color));
            return;
        }
        Append("2;"u8);
        AppendNumber(color.Red);
        Append(";"u8);
        AppendNumber(color.Green);
        Append(";"u8);
        AppendNumber(color.Blue);
    }

    private void AppendNumber(int value)
    {
        Utf8Formatter.TryFormat(value, Free(11), out var written);
        Length += written;
    }

    private Span<byte> Free(int atLeast)
    {
        if (_bytes.Length - Length < atLeast)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + atLeast));
        return _bytes.AsSpan(Length);
    }
}
