using System.Globalization;
using System.Text;

namespace Tcptop.Table.Formats;

/// <summary>
/// Text that others chose (process names) made fit for a screen: what would move the cursor, turn the
/// direction of writing or be invisible is written as an escape, <c>\n</c>, <c>\x1b</c>, <c>\u202e</c>. A
/// backslash is doubled, so that nobody can feign an escape.
/// </summary>
public static class SafeText
{
    /// <summary>The most characters that one byte of input becomes: <c>\x1b</c>.</summary>
    public const int MaxCharsPerByte = 4;

    private const int LongestEscape = 10;

    /// <summary>
    /// Returns the length written; stops before what does not fit. Bytes that are not UTF-8 become U+FFFD.
    /// </summary>
    /// <param name="utf8">The text.</param>
    /// <param name="destination">Room for what is written.</param>
    /// <param name="isWord">Blanks are escaped, too.</param>
    public static int Escape(ReadOnlySpan<byte> utf8, Span<char> destination, bool isWord = false)
    {
        Span<char> piece = stackalloc char[LongestEscape];
        var length = 0;
        while (!utf8.IsEmpty)
        {
            Rune.DecodeFromUtf8(utf8, out var rune, out var consumed);
            utf8 = utf8[consumed..];
            var pieceLength = Escape(rune, piece, isWord);
            if (!piece[..pieceLength].TryCopyTo(destination[length..]))
                break;
            length += pieceLength;
        }
        return length;
    }

    /// <summary>For text that is shown again and again, to be escaped once.</summary>
    public static string Escape(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var escaped = new char[utf8.Length * MaxCharsPerByte];
        return new string(escaped, 0, Escape(utf8, escaped));
    }

    private static int Escape(Rune rune, Span<char> piece, bool isWord)
    {
        if (ShortEscape(rune) is { } letter)
        {
            piece[0] = '\\';
            piece[1] = letter;
            return 2;
        }
        if (IsPlain(rune) && !(isWord && rune.Value == ' '))
            return rune.EncodeToUtf16(piece);
        var written = 0;
        _ = rune.Value switch
        {
            < 0x80 => piece.TryWrite(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}", out written),
            < 0x1_0000 => piece.TryWrite(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}", out written),
            _ => piece.TryWrite(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}", out written),
        };
        return written;
    }

    private static char? ShortEscape(Rune rune) => rune.Value switch
    {
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\\' => '\\',
        _ => null,
    };

    private static bool IsPlain(Rune rune)
    {
        if (rune.IsAscii)
            return rune.Value is >= ' ' and < 0x7F;
        if (IsBlankLetter(rune))
            return false;
        return Rune.GetUnicodeCategory(rune) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or
            UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator or
            UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark or
            UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
    }

    /// <summary>
    /// Letters and symbols by their category, and yet nothing to see by themselves: the Hangul fillers, the
    /// vowels and finals of Hangul that join the letter before them, and the empty Braille pattern.
    /// </summary>
    private static bool IsBlankLetter(Rune rune) =>
        rune.Value is 0x115F or (>= 0x1160 and <= 0x11FF) or 0x2800 or 0x3164 or (>= 0xD7B0 and <= 0xD7FF) or 0xFFA0;
}
