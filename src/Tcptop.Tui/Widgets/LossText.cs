using System.Globalization;
using Tcptop.Model;

namespace Tcptop.Tui.Widgets;

/// <summary>What the header says of losses: a sentence for each.</summary>
internal static class LossText
{
    /// <summary>Room for any text of this.</summary>
    public const int LongestText = 128;

    private const string Pointer = " (? explains)";

    /// <summary>Returns the length.</summary>
    public static int Format(Loss loss, Span<char> text)
    {
        if (Losses.Find(loss.Name) is { } kind)
            return Write(text, loss.Count, loss.Count == 1 ? kind.One : kind.Many);
        return text.TryWrite(CultureInfo.InvariantCulture, $"Lost: {loss.Name} {loss.Count}", out var length)
            ? length
            : 0;
    }

    /// <summary>In place of those that have no line of their own. Returns the length.</summary>
    public static int FormatMore(int kinds, bool isFirst, Span<char> text) =>
        Write(text, (ulong)kinds, isFirst ? "kinds of loss" : "more kinds of loss");

    /// <summary>
    /// Without an interpolated string, which boxes the number until the runtime has compiled it for good.
    /// </summary>
    private static int Write(Span<char> text, ulong count, string what)
    {
        var hasCount = count.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        if (!hasCount || length + 1 + what.Length + Pointer.Length > text.Length)
            return 0;
        text[length++] = ' ';
        what.CopyTo(text[length..]);
        length += what.Length;
        Pointer.CopyTo(text[length..]);
        return length + Pointer.Length;
    }
}
