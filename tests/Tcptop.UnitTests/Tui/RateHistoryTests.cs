using Tcptop.Tui.Cells;
using Tcptop.Tui.Look;
using Tcptop.Tui.View;
using Tcptop.Tui.Widgets;
using Xunit;

namespace Tcptop.UnitTests.Tui;

public sealed class RateHistoryTests
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(1_800_000_000);

    [Fact]
    public void Before_a_second_refresh_nothing_is_known()
    {
        Assert.Null(RateHistory.Empty[0]);
        var history = RateHistory.Empty.Advance(Start, 5);
        Assert.Null(history[history.NewestSecond]);
        Assert.Equal("", Line(history, 60));
    }

    [Fact]
    public void A_refresh_each_second_fills_one_second_each()
    {
        var history = After(TimeSpan.FromSeconds(1), 1, 2, 3);
        var first = (long)Start.TotalSeconds;
        Assert.Equal((1.0, 2.0, 3.0), (history[first], history[first + 1], history[history.NewestSecond]));
        Assert.Null(history[first - 1]);
    }

    [Fact]
    public void A_long_interval_fills_all_the_seconds_that_it_spans()
    {
        var history = After(TimeSpan.FromSeconds(5), 7, 9);
        for (var second = 0; second < 10; second++)
            Assert.Equal(second < 5 ? 7.0 : 9.0, history[(long)Start.TotalSeconds + second]);
    }

    [Fact]
    public void Refreshes_within_a_second_are_averaged()
    {
        var history = After(TimeSpan.FromMilliseconds(250), 0, 0, 4, 8);
        Assert.Equal(3.0, history[(long)Start.TotalSeconds]);
    }

    [Fact]
    public void A_second_begun_is_worth_what_is_known_of_it()
    {
        var history = After(TimeSpan.FromMilliseconds(1100), 10);
        Assert.Equal(10.0, history[history.NewestSecond]);
        Assert.Equal((long)Start.TotalSeconds + 1, history.NewestSecond);
    }

    [Fact]
    public void What_is_older_than_a_minute_is_forgotten_also_when_the_program_slept()
    {
        var history = After(TimeSpan.FromSeconds(1), 1, 2, 3).Advance(Start + TimeSpan.FromHours(5), null);
        for (var age = 0; age < RateHistory.Seconds; age++)
            Assert.Null(history[history.NewestSecond - age]);
        history = After(TimeSpan.FromHours(1), 6);
        Assert.Equal(6.0, history[history.NewestSecond - RateHistory.Seconds + 1]);
        Assert.Null(history[history.NewestSecond - RateHistory.Seconds]);
    }

    [Fact]
    public void Time_that_goes_back_starts_it_afresh()
    {
        var history = After(TimeSpan.FromSeconds(1), 1, 2).Advance(Start - TimeSpan.FromDays(1), 3);
        Assert.Null(history[history.NewestSecond]);
        Assert.Equal(
            4.0, history.Advance(Start - TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1), 4)[history.NewestSecond + 1]);
    }

    [Fact]
    public void A_rate_that_is_not_known_leaves_a_gap()
    {
        var history = After(TimeSpan.FromSeconds(1), 1, null, 3);
        Assert.Equal("▃ █", Line(history, 60).TrimStart());
    }

    [Fact]
    public void An_earlier_history_does_not_change()
    {
        var history = After(TimeSpan.FromSeconds(1), 1);
        history.Advance(Start + TimeSpan.FromSeconds(2), 100);
        Assert.Equal((long)Start.TotalSeconds, history.NewestSecond);
        Assert.Equal(1.0, history[history.NewestSecond]);
    }

    [Fact]
    public void A_sparkline_is_as_high_as_the_highest_of_the_minute()
    {
        var history = After(TimeSpan.FromSeconds(1), 0, 1, 2, 3, 4, 5, 6, 7, 8);
        Assert.Equal("▁▁▂▃▄▅▆▇█".PadLeft(60), Line(history, 60));
        Assert.Equal("▁▁▁".PadLeft(60), Line(After(TimeSpan.FromSeconds(1), 0, 0, 0), 60));
        Assert.Equal("█".PadLeft(60), Line(After(TimeSpan.FromSeconds(1), 0.001), 100));
    }

    [Theory]
    [InlineData(59, 30)]
    [InlineData(30, 30)]
    [InlineData(29, 20)]
    [InlineData(7, 6)]
    [InlineData(1, 1)]
    [InlineData(0, 0)]
    public void A_short_sparkline_still_spans_the_minute(int width, int bars)
    {
        var history = After(TimeSpan.FromMinutes(2), 3);
        Assert.Equal(new string('█', bars), Line(history, width));
    }

    private static RateHistory After(TimeSpan interval, params ReadOnlySpan<double?> rates)
    {
        var now = Start;
        var history = RateHistory.Empty.Advance(now, null);
        foreach (var rate in rates)
        {
            now += interval;
            history = history.Advance(now, rate);
        }
        return history;
    }

    private static string Line(RateHistory history, int width)
    {
        var cells = new CellBuffer(80, 1);
        Sparkline.Draw(cells, 0, 0, width, history, default, Glyphs.Blocks);
        return ScreenText.Line(cells, 0).TrimEnd();
    }
}
