using System.Buffers.Text;

namespace Tcptop.Outputs.Trace;

/// <summary>Fills a line that has room enough.</summary>
internal ref struct Utf8Line(Span<byte> room)
{
    private readonly Span<byte> _room = room;

    public int Length { get; private set; }

    public readonly Span<byte> Rest => _room[Length..];

    public void Advance(int count) => Length += count;

    public void Text(scoped ReadOnlySpan<byte> text)
    {
        text.CopyTo(Rest);
        Length += text.Length;
    }

    public void Byte(byte value) => _room[Length++] = value;

    public void Number(ulong value)
    {
        Utf8Formatter.TryFormat(value, Rest, out var digits);
        Length += digits;
    }

    /// <summary>Blanks up to this column, and one at least.</summary>
    public void PadTo(int column)
    {
        var count = Math.Max(column - Length, 1);
        Rest[..count].Fill((byte)' ');
        Length += count;
    }

    public void AlignRight(ulong value, int width)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out var length);
        AlignRight(digits[..length], width);
    }

    public void AlignRight(scoped ReadOnlySpan<byte> text, int width)
    {
        PadBy(width - text.Length);
        Text(text);
    }

    private void PadBy(int count)
    {
        if (count <= 0)
            return;
        Rest[..count].Fill((byte)' ');
        Length += count;
    }
}
