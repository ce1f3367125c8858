using Tcptop.Tui.Cells;
using Tcptop.Tui.Look;
using Tcptop.Tui.View;

namespace Tcptop.Tui.Widgets;

/// <summary>The last minute as a row of bars, the highest of them full; what is not known is blank.</summary>
internal static class Sparkline
{
    public static void Draw(CellBuffer target, int x, int y, int width, RateHistory history, Style style, Glyphs glyphs)
    {
        if (width <= 0)
            return;
        Span<double> bars = stackalloc double[RateHistory.Seconds];
        bars = bars[..Fill(bars, width, history)];
        var highest = 0.0;
        foreach (var bar in bars)
        {
            if (bar > highest)
                highest = bar;
        }
        Span<char> line = stackalloc char[bars.Length];
        for (var i = 0; i < bars.Length; i++)
            line[i] = double.IsNaN(bars[i]) ? ' ' : glyphs.Levels[LevelOf(bars[i], highest, glyphs.Levels.Length)];
        // Blanks at its beginning are as good unwritten, and need no colour.
        var begun = line.Length - line.TrimStart(' ').Length;
        target.Write(x + begun, y, line[begun..], style, width - begun);
    }

    /// <summary>
    /// One bar a second, or where the line is too short, one for two or more. Bars are whole groups of
    /// seconds of the clock, so that a bar keeps its height as it moves left. Returns how many there are; NaN
    /// is not known.
    /// </summary>
    private static int Fill(Span<double> bars, int width, RateHistory history)
    {
        var secondsPerBar = (RateHistory.Seconds + width - 1) / width;
        var count = RateHistory.Seconds / secondsPerBar;
        var newest = history.NewestSecond / secondsPerBar;
        for (var i = 0; i < count; i++)
            bars[i] = Mean(history, (newest - count + 1 + i) * secondsPerBar, secondsPerBar);
        return count;
    }

    private static double Mean(RateHistory history, long from, int seconds)
    {
        var (sum, known) = (0.0, 0);
        for (var second = from; second < from + seconds; second++)
        {
            if (history[second] is not { } rate)
                continue;
            sum += rate;
            known++;
        }
        return known == 0 ? double.NaN : sum / known;
    }

    private static int LevelOf(double value, double highest, int levels) =>
        highest <= 0 ? 0 : Math.Clamp((int)Math.Ceiling(value / highest * levels) - 1, 0, levels - 1);
}
