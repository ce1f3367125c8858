using System.Globalization;
using Tcptop.Model;
using Tcptop.Table;
using Tcptop.Table.Formats;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Screens;

namespace Tcptop.Tui.Widgets;

/// <summary>
/// How many connections there are and what the time is; what they move together, and moved since the start; what could not be counted, or is not seen at all.
/// </summary>
internal sealed class Header(Theme theme, Glyphs glyphs)
{
    private const int LabelWidth = 4;
    private const int SparklineGap = 2;
    private const string TotalLabel = " total";

    /// <summary>A sparkline of fewer columns is better off with those of the total.</summary>
    private const int NarrowestSparkline = 30;

    public void Draw(CellBuffer target, int lines, ViewState state)
    {
        if (lines > 0)
            DrawFirstLine(target, 0, state);
        var totals = state.Snapshot?.Totals;
        if (lines > 1)
            DrawRate(target, 1, "In", totals?.RateIn, totals?.BytesIn, state.RateIn, theme.RateIn);
        if (lines > 2)
            DrawRate(target, 2, "Out", totals?.RateOut, totals?.BytesOut, state.RateOut, theme.RateOut);
        var y = 3;
        if (lines > y && state is { HasLosses: true, Snapshot: { } snapshot })
            DrawLosses(target, y++, snapshot.Losses);
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

    /// <summary>The time that the screen is of, and how long it has been there; of these what there is room for.</summary>
    private void DrawClock(CellBuffer target, int from, int y, ViewState state, Snapshot snapshot)
    {
        if (state.Started is not { } started)
            return;
        Span<char> text = stackalloc char[40];
        text.TryWrite(CultureInfo.InvariantCulture, $"{TimeZoneInfo.ConvertTime(snapshot.Timestamp, state.TimeZone):HH:mm:ss}", out var clockLength);
        var up = snapshot.SteadyTime - started;
        var upLength = up.Days == 0
            ? text[clockLength..].TryWrite(CultureInfo.InvariantCulture, $"  up {up.Hours}:{up.Minutes:00}:{up.Seconds:00}", out var written) ? written : 0
            : text[clockLength..].TryWrite(CultureInfo.InvariantCulture, $"  up {up.Days} d {up.Hours}:{up.Minutes:00}", out written) ? written : 0;
        foreach (var length in (ReadOnlySpan<int>)[clockLength + upLength, clockLength])
        {
            if (from + length > target.Width)
                continue;
            target.Write(target.Width - length, y, text[..length], theme.Faint);
            return;
        }
    }

    private void DrawRate(CellBuffer target, int y, string label, double? rate, ulong? total, RateHistory history, Style style)
    {
        var width = UnitScale.BytesPerSecond.FullWidth;
        Field(target, 0, y, LabelWidth, default).DrawLeft(label);
        QuantityText.Draw(Field(target, LabelWidth, y, width, theme.Strong), rate, UnitScale.BytesPerSecond);
        var x = LabelWidth + width + SparklineGap;
        var totalWidth = UnitScale.Bytes.FullWidth + TotalLabel.Length + SparklineGap;
        if (target.Width - x - totalWidth >= NarrowestSparkline)
        {
            QuantityText.Draw(Field(target, x, y, UnitScale.Bytes.FullWidth, theme.Strong), total, UnitScale.Bytes);
            target.Write(x + UnitScale.Bytes.FullWidth, y, TotalLabel, default);
            x += totalWidth;
        }
        Sparkline.Draw(target, x, y, target.Width - x, history, style, glyphs);
    }

    private void DrawLosses(CellBuffer target, int y, IReadOnlyList<Loss> losses)
    {
        Span<char> text = stackalloc char[256];
        "Lost".CopyTo(text);
        var length = "Lost".Length;
        for (var i = 0; i < losses.Count; i++)
        {
            if (!text[length..].TryWrite(
                CultureInfo.InvariantCulture, $"{(i == 0 ? "  " : ", ")}{losses[i].Name} {losses[i].Count}", out var written))
            {
                break;
            }
            length += written;
        }
        Field(target, 0, y, target.Width, theme.Loss).DrawLeft(text[..length]);
    }

    private CellField Field(CellBuffer target, int x, int y, int width, Style style) => new(target, x, y, width, style, glyphs);
}
