using System.Globalization;
using Tcptop.Model;
using Tcptop.Table;
using Tcptop.Table.Formats;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Grid;
using Tcptop.Tui.Look;
using Tcptop.Tui.View;

namespace Tcptop.Tui.Widgets;

/// <summary>
/// How many connections there are and what the time is; what they move together, and moved since the start;
/// what could not be counted, or is not seen at all.
/// </summary>
internal sealed class Header(Theme theme, Glyphs glyphs)
{
    private const int LabelWidth = 4;
    private const int SparklineGap = 2;
    private const string TotalLabel = " total";
    private const int LongestTotalLabel = 16;

    /// <summary>A sparkline of fewer columns is better off with those of the total.</summary>
    private const int NarrowestSparkline = 30;

    public void Draw(CellBuffer target, int lines, ViewState state)
    {
        if (lines > 0)
            DrawFirstLine(target, 0, state);
        var totals = state.Snapshot?.Totals;
        if (lines > 1)
            DrawRate(target, 1, "In", totals?.RateIn, totals?.BytesIn, state, state.RateIn, theme.RateIn);
        if (lines > 2)
            DrawRate(target, 2, "Out", totals?.RateOut, totals?.BytesOut, state, state.RateOut, theme.RateOut);
        var y = 3;
        if (lines > y && state is { HasLosses: true, Snapshot: { } snapshot })
            y += DrawLosses(target, y, Math.Min(lines - y, state.LossLines), snapshot.Losses);
        for (var i = 0; i < state.NotSeen.Count && y < lines; i++, y++)
            Field(target, 0, y, target.Width, theme.Loss).DrawLeft(state.NotSeen[i]);
    }

    private void DrawFirstLine(CellBuffer target, int y, ViewState state)
    {
        if (state.Snapshot is not { } snapshot)
        {
            Field(target, 0, y, target.Width, default).DrawLeft("Connections -");
            return;
        }
        Span<char> others = stackalloc char[CountsText.MaxOthersLength];
        others = others[..CountsText.FormatOthers(snapshot, others)];
        Span<char> text = stackalloc char[160];
        text.TryWrite(
            CultureInfo.InvariantCulture,
            $"Connections {snapshot.ConnectionCount} (TCP {snapshot.TcpCount}, UDP {CountsText.Udp(snapshot)}{others})",
            out var length);
        Field(target, 0, y, target.Width, theme.Strong).DrawLeft(text[..length]);
        DrawClock(target, length + SparklineGap, y, state, snapshot);
    }

    /// <summary>
    /// The time that the screen is of, and how long it has been there; of these what there is room for.
    /// </summary>
    private void DrawClock(CellBuffer target, int from, int y, ViewState state, Snapshot snapshot)
    {
        if (state.Started is not { } started)
            return;
        Span<char> text = stackalloc char[40];
        text.TryWrite(CultureInfo.InvariantCulture,
            $"{snapshot.Timestamp.UtcDateTime + state.Local(snapshot.Timestamp):HH:mm:ss}", out var clockLength);
        var up = snapshot.SteadyTime - started;
        var rest = text[clockLength..];
        var invariant = CultureInfo.InvariantCulture;
        int upLength;
        if (up.Days == 0)
            rest.TryWrite(invariant, $"  up {up.Hours}:{up.Minutes:00}:{up.Seconds:00}", out upLength);
        else
            rest.TryWrite(invariant, $"  up {up.Days} d {up.Hours}:{up.Minutes:00}", out upLength);
        foreach (var length in (ReadOnlySpan<int>)[clockLength + upLength, clockLength])
        {
            if (from + length > target.Width)
                continue;
            target.Write(target.Width - length, y, text[..length], theme.Faint);
            return;
        }
    }

    private void DrawRate(
        CellBuffer target, int y, string label, double? rate, ulong? total, ViewState state, RateHistory history,
        Style style)
    {
        var width = UnitScale.BytesPerSecond.FullWidth;
        Field(target, 0, y, LabelWidth, default).DrawLeft(label);
        QuantityText.Draw(Field(target, LabelWidth, y, width, theme.Strong), rate, UnitScale.BytesPerSecond);
        var x = LabelWidth + width + SparklineGap;
        Span<char> since = stackalloc char[LongestTotalLabel];
        since = since[..FormatSince(state, since)];
        var totalWidth = UnitScale.Bytes.FullWidth + since.Length + SparklineGap;
        if (target.Width - x - totalWidth >= NarrowestSparkline)
        {
            QuantityText.Draw(Field(target, x, y, UnitScale.Bytes.FullWidth, theme.Strong), total, UnitScale.Bytes);
            target.Write(x + UnitScale.Bytes.FullWidth, y, since, default);
            x += totalWidth;
        }
        Sparkline.Draw(target, x, y, target.Width - x, history, style, glyphs);
    }

    /// <summary>Behind a total: the time when it began, or after a day of it the date. Returns the length.</summary>
    private static int FormatSince(ViewState state, Span<char> text)
    {
        if (state.StartedAt is not { } startedAt)
        {
            TotalLabel.CopyTo(text);
            return TotalLabel.Length;
        }
        var local = startedAt.UtcDateTime + state.Local(startedAt);
        var isOfToday = state.Snapshot is not { } snapshot || snapshot.Timestamp - startedAt < TimeSpan.FromDays(1);
        var isWritten = isOfToday
            ? text.TryWrite(CultureInfo.InvariantCulture, $" since {local:HH:mm}", out var length)
            : text.TryWrite(CultureInfo.InvariantCulture, $" since {local:MMM d}", out length);
        return isWritten ? length : 0;
    }

    /// <summary>
    /// A sentence for each, and where there are more than lines, how many more. Returns how many lines that took.
    /// </summary>
    private int DrawLosses(CellBuffer target, int y, int lines, IReadOnlyList<Loss> losses)
    {
        Span<char> text = stackalloc char[LossText.LongestText];
        for (var i = 0; i < lines; i++)
        {
            var left = losses.Count - i;
            var length = i == lines - 1 && left > 1
                ? LossText.FormatMore(left, isFirst: i == 0, text)
                : LossText.Format(losses[i], text);
            Field(target, 0, y + i, target.Width, theme.Loss).DrawLeft(text[..length]);
        }
        return lines;
    }

    private CellField Field(CellBuffer target, int x, int y, int width, Style style) =>
        new(target, x, y, width, style, glyphs);
}
