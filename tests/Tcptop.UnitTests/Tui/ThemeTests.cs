using Tcptop.Model;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Look;
using Xunit;

namespace Tcptop.UnitTests.Tui;

public sealed class ThemeTests
{
    private static readonly ConnectionRecord Row = Connections.Tcp("192.0.2.1:1", "192.0.2.2:2");

    [Theory]
    [InlineData(0, 0, BandwidthTier.Idle)]
    [InlineData(500, 523, BandwidthTier.Idle)]
    [InlineData(512, 512, BandwidthTier.Low)]
    [InlineData(102_399, 0, BandwidthTier.Low)]
    [InlineData(0, 102_400, BandwidthTier.Medium)]
    [InlineData(10_485_759, 0, BandwidthTier.Medium)]
    [InlineData(5_242_880, 5_242_880, BandwidthTier.High)]
    public void A_row_is_of_one_of_four_tiers_by_both_rates_together(double rateIn, double rateOut, object tier) =>
        Assert.Equal((BandwidthTier)tier, BandwidthTiers.Of(Row.Moving(rateIn, rateOut)));

    [Fact]
    public void A_row_without_rates_is_idle() => Assert.Equal(BandwidthTier.Idle, BandwidthTiers.Of(Row));

    [Fact]
    public void The_four_tiers_look_different()
    {
        var theme = Theme.For(ColorDepth.TrueColor);
        double[] rates = [0, 5_000, 500_000, 50_000_000];
        Assert.Equal(4, rates.Select(rate => theme.OfRow(Row.Moving(rate, 0))).Distinct().Count());
    }

    [Fact]
    public void The_end_of_a_connection_shows_before_its_beginning_and_both_before_its_bandwidth()
    {
        var theme = Theme.For(ColorDepth.Ansi16);
        var fast = Row.Moving(1e9, 0);
        Assert.Equal(theme.ClosedConnection, theme.OfRow(fast with { IsNew = true, IsClosed = true }));
        Assert.Equal(theme.NewConnection, theme.OfRow(fast with { IsNew = true }));
    }

    [Fact]
    public void Without_colours_closing_and_new_connections_are_still_told_apart()
    {
        var theme = Theme.For(ColorDepth.None);
        Assert.Equal(new Style(Attributes: TextAttributes.Reverse), theme.OfRow(Row with { IsClosed = true }));
        Assert.Equal(new Style(Attributes: TextAttributes.Underline), theme.OfRow(Row with { IsNew = true }));
    }

    [Theory]
    [InlineData(ColorDepth.TrueColor)]
    [InlineData(ColorDepth.Indexed256)]
    [InlineData(ColorDepth.Ansi16)]
    public void Coloured_text_is_readable_on_black_and_on_white(object depth)
    {
        var theme = Theme.For((ColorDepth)depth);
        Style[] styles =
        [
            theme.NewConnection, theme.RateIn, theme.RateOut, theme.Loss,
            theme.OfRow(Row.Moving(500_000, 0)), theme.OfRow(Row.Moving(5e7, 0)),
        ];
        foreach (var style in styles)
        {
            Assert.True(Contrast(style.Foreground, Color.FromRgb(0, 0, 0)) >= 3, style.ToString());
            Assert.True(Contrast(style.Foreground, Color.FromRgb(255, 255, 255)) >= 3, style.ToString());
        }
        Assert.True(Contrast(theme.ClosedConnection.Foreground, theme.ClosedConnection.Background) >= 7);
    }

    [Theory]
    [InlineData(ColorDepth.TrueColor)]
    [InlineData(ColorDepth.None)]
    public void A_selected_row_looks_like_no_other_and_still_tells_its_beginning_and_end(object depth)
    {
        var theme = Theme.For((ColorDepth)depth);
        Style[] selected = [theme.OfSelected(Row), theme.OfSelected(Row with { IsNew = true }),
            theme.OfSelected(Row with { IsClosed = true })];
        Style[] others = [theme.OfRow(Row), theme.OfRow(Row with { IsNew = true }),
            theme.OfRow(Row with { IsClosed = true }), theme.OfRow(Row.Moving(5e7, 0))];
        Assert.Equal(3, selected.Distinct().Count());
        Assert.Empty(selected.Intersect(others));
        foreach (var style in selected)
            Assert.True(
                style.Background.IsDefault || Contrast(style.Foreground, style.Background) >= 4.5, style.ToString());
    }

    /// <summary>As WCAG 2 defines it.</summary>
    private static double Contrast(Color one, Color other)
    {
        var (light, dark) = (Luminance(one), Luminance(other));
        return (Math.Max(light, dark) + 0.05) / (Math.Min(light, dark) + 0.05);
    }

    private static double Luminance(Color color) =>
        0.2126 * Linear(color.Red) + 0.7152 * Linear(color.Green) + 0.0722 * Linear(color.Blue);

    private static double Linear(byte value) =>
        value / 255.0 is var part && part <= 0.03928 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4);
}
