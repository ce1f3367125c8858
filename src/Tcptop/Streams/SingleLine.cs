using System.Buffers;
using System.Globalization;
using System.Text;
using Tcptop.Model;

namespace Tcptop.Streams;

/// <summary>Text of anybody's, made fit for one line of an error message.</summary>
internal static class SingleLine
{
    /// <summary>
    /// What the user typed may hold anything, and goes to a terminal. A line that has been through here stays
    /// as it is.
    /// </summary>
    public static string Of(string text)
    {
        var line = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var found = Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var consumed);
            if (found != OperationStatus.Done && ByteText.StrayByte(text[at]) is { } stray)
                line.Append(CultureInfo.InvariantCulture, $"\\x{stray:x2}");
            else
                line.Append(IsSafe(rune) ? rune.ToString() : "?");
            at += consumed;
        }
        return line.ToString();
    }

    /// <summary>Controls, and what turns the direction of writing or is not seen, are not.</summary>
    private static bool IsSafe(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator);
}
