using System.Text;
using Wcwidth;

namespace Tcptop.Table.Formats;

/// <summary>How many columns of a terminal text takes: on the screen and in text output.</summary>
public static class RuneWidth
{
    private const int FirstCombining = 0x300;

    /// <summary>
    /// A letter of one column that Wcwidth 4.0.1 counts to the joining Hangul letters before it, which have
    /// none.
    /// </summary>
    private const int EthiopicSyllableHa = 0x1200;

    /// <summary>0, 1 or 2; 0 also for control characters, which have no place in a cell.</summary>
    public static int Of(Rune rune) =>
        rune.Value switch
        {
            < ' ' or (>= 0x7F and < 0xA0) => 0,
            < FirstCombining or EthiopicSyllableHa => 1,
            _ => Math.Clamp(UnicodeCalculator.GetWidth(rune), 0, 2),
        };

    public static int Of(ReadOnlySpan<char> text)
    {
        // Most text is ASCII, and text output measures every cell of it.
        if (!text.ContainsAnyExceptInRange(' ', '~'))
            return text.Length;
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
            width += Of(rune);
        return width;
    }
}
