using System.Globalization;
using Tcptop.Model;
using Tcptop.Table.Formats;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Screens;

namespace Tcptop.Tui.Widgets;

/// <summary>How many connections there are, what they move together, and what could not be counted.</summary>
internal sealed class Header(Theme theme, Glyphs glyphs)
{
    private const int LabelWidth = 4;
    private const int SparklineGap = 2;

    public void Draw(CellBuffer target, int lines, ViewState state)
    {
        if (lines > 0)
            DrawCounts(target, 0, state);
        if (lines > 1)
            DrawRate(target, 1, "In", state.Snapshot?.Totals.RateIn, state.RateIn, theme.RateIn);
        if (lines > 2)
            DrawRate(target, 2, "Out", state.Snapshot?.Totals.RateOut, state.RateOut, theme.RateOut);
        if (lines > 3 && state.Snapshot is { } snapshot)
            DrawLosses(target, 3, snapshot.Losses);
    }

    private void DrawCounts(CellBuffer target, int y, ViewState state)
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
    }

    private void DrawRate(CellBuffer target, int y, string label, double? rate, RateHistory history, Style style)
    {
        var width = UnitScale.BytesPerSecond.FullWidth;
        Field(target, 0, y, LabelWidth, default).DrawLeft(label);
        QuantityText.Draw(Field(target, LabelWidth, y, width, theme.Strong), rate, UnitScale.BytesPerSecond);
        var x = LabelWidth + width + SparklineGap;
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
