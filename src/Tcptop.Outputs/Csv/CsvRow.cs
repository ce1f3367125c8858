using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Tcptop.Outputs.Fields;
using Tcptop.Table.Formats;

namespace Tcptop.Outputs.Csv;

/// <summary>Writes rows of CSV, a field after the other, straight into the memory of the file's buffer.</summary>
internal ref struct CsvRow(IBufferWriter<byte> into, bool forTerminal) : IFieldSink
{
    /// <summary>Comma, sign, the 20 digits of a ulong, point and decimals.</summary>
    private const int LongestNumber = 32;

    /// <summary>As UTF-8, or doubled between quotes.</summary>
    private const int MostBytesPerChar = 3;

    private const int Quotes = 2;

    /// <summary>From here on a double does not hold thousandths.</summary>
    private const double LargestFixed = 1L << 40;

    private static readonly SearchValues<byte> NeedQuotes = SearchValues.Create(",\"\r\n"u8);

    private Span<byte> _room;
    private int _used;
    private bool _isInRow;

    public void Absent(JsonEncodedText name)
    {
        MakeRoom(1);
        Separate();
    }

    public void Foreign(JsonEncodedText name, scoped ReadOnlySpan<char> value, int mostBytes)
    {
        if (value.Length * MostBytesPerChar + Quotes > mostBytes)
            value = value[..FittingLength(value, mostBytes - Quotes)];
        // Afterwards: no escape is cut in two, and a terminal takes what is longer by them.
        Put(forTerminal ? SafeText.Escape(value.ToString()) : value);
    }

    public void Text(JsonEncodedText name, scoped ReadOnlySpan<char> value) => Put(value);

    private void Put(scoped ReadOnlySpan<char> value)
    {
        MakeRoom(",\"\"".Length + value.Length * MostBytesPerChar);
        Separate();
        _used += TryPlain(value, _room[_used..]) ? value.Length : Encoded(value, _room[_used..]);
    }

    public void Count(JsonEncodedText name, ulong? value)
    {
        MakeRoom(LongestNumber);
        Separate();
        if (value is { } count)
            Digits(count);
    }

    public void Id(JsonEncodedText name, ulong value) => Count(name, value);

    /// <summary>As JSON has it: no zeros at the end, and no point before them.</summary>
    public void Fraction(JsonEncodedText name, double? value, int decimals)
    {
        MakeRoom(LongestNumber);
        Separate();
        if (value is not { } number)
            return;
        number = Math.Round(number, decimals);
        if (number is >= 0 and < LargestFixed)
            Fixed(number, decimals);
        else if (number.TryFormat(_room[_used..], out var length, provider: CultureInfo.InvariantCulture))
            _used += length;
    }

    public void Flag(JsonEncodedText name, bool value)
    {
        MakeRoom(LongestNumber);
        Separate();
        var text = value ? "true"u8 : "false"u8;
        text.CopyTo(_room[_used..]);
        _used += text.Length;
    }

    public void EndRow()
    {
        MakeRoom(2);
        _room[_used++] = (byte)'\r';
        _room[_used++] = (byte)'\n';
        _isInRow = false;
    }

    /// <summary>Hands what was written over to the buffer.</summary>
    public void Flush()
    {
        into.Advance(_used);
        _room = default;
        _used = 0;
    }

    private void Separate()
    {
        if (_isInRow)
            _room[_used++] = (byte)',';
        _isInRow = true;
    }

    private void MakeRoom(int bytes)
    {
        if (_room.Length - _used >= bytes)
            return;
        Flush();
        _room = into.GetSpan(bytes);
    }

    private void Digits(ulong value)
    {
        value.TryFormat(_room[_used..], out var length, provider: CultureInfo.InvariantCulture);
        _used += length;
    }

    /// <summary>
    /// The same text as the shortest one that reads back as this double, which takes far longer to find.
    /// </summary>
    private void Fixed(double value, int decimals)
    {
        var whole = (ulong)value;
        Digits(whole);
        var scale = 1;
        for (var i = 0; i < decimals; i++)
            scale *= 10;
        var rest = (int)Math.Round((value - whole) * scale);
        if (rest == 0)
            return;
        _room[_used++] = (byte)'.';
        for (scale /= 10; rest != 0; scale /= 10)
        {
            _room[_used++] = (byte)('0' + rest / scale);
            rest %= scale;
        }
    }

    /// <summary>
    /// Nearly all text is short, ASCII and not to be quoted: one pass instead of an encoding and a search.
    /// </summary>
    private static bool TryPlain(scoped ReadOnlySpan<char> value, Span<byte> free)
    {
        if (free.Length < value.Length)
            return false;
        for (var i = 0; i < value.Length; i++)
        {
            var character = value[i];
            if (character >= 0x80 || character is ',' or '"' or '\r' or '\n')
                return false;
            free[i] = (byte)character;
        }
        return true;
    }

    /// <summary>How much of a text has room in so many bytes of UTF-8 with its quotes doubled.</summary>
    private static int FittingLength(scoped ReadOnlySpan<char> value, int mostBytes)
    {
        var length = 0;
        foreach (var rune in value.EnumerateRunes())
        {
            mostBytes -= rune.Utf8SequenceLength + (rune.Value == '"' ? 1 : 0);
            if (mostBytes < 0)
                break;
            length += rune.Utf16SequenceLength;
        }
        return length;
    }

    private static int Encoded(scoped ReadOnlySpan<char> value, Span<byte> free)
    {
        var length = Encoding.UTF8.GetBytes(value, free);
        return free[..length].ContainsAny(NeedQuotes) ? Quote(free, length) : length;
    }

    /// <summary>
    /// Puts the text at the beginning between quotes, its own quotes doubled, from its end backwards: each
    /// byte moves to the right. Returns the length.
    /// </summary>
    private static int Quote(Span<byte> text, int length)
    {
        var quoted = length + text[..length].Count((byte)'"') + 2;
        var to = quoted - 1;
        text[to] = (byte)'"';
        for (var from = length - 1; from >= 0; from--)
        {
            var next = text[from];
            text[--to] = next;
            if (next == '"')
                text[--to] = (byte)'"';
        }
        text[0] = (byte)'"';
        return quoted;
    }
}
