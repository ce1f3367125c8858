using Tcptop.Tui.Widgets;
using Xunit;

namespace Tcptop.UnitTests.Tui;

public sealed class ColumnWidthsTests
{
    [Fact]
    public void From_40_columns_up_every_column_is_there_and_the_line_is_used_to_the_last()
    {
        var most = Columns.Default.Sum(column => column.Most) + Columns.Gap * (Columns.Default.Length - 1);
        for (var width = 40; width <= 300; width++)
        {
            var widths = Fit(width);
            Assert.DoesNotContain(0, widths);
            Assert.Equal(Math.Min(width, most), widths.Sum() + Columns.Gap * (widths.Length - 1));
        }
    }

    [Fact]
    public void A_wider_screen_makes_no_column_narrower_than_one_by_rounding()
    {
        var before = Fit(40);
        for (var width = 41; width <= 300; width++)
        {
            var now = Fit(width);
            for (var i = 0; i < now.Length; i++)
                Assert.True(now[i] >= before[i] - 1, $"column {i} at {width}");
            before = now;
        }
    }

    [Fact]
    public void Titles_and_numbers_are_whole_from_80_columns_up()
    {
        for (var width = 80; width <= 300; width++)
        {
            var widths = Fit(width);
            for (var i = 0; i < widths.Length; i++)
                Assert.True(widths[i] >= Columns.Default[i].Title.Length, $"column {i} at {width}");
        }
    }

    [Fact]
    public void Below_40_columns_what_does_not_fit_on_the_right_gets_nothing()
    {
        Assert.Equal([3, 4, 2, 0, 0, 0, 0, 0, 0], Fit(11));
        Assert.Equal(new int[9], Fit(0));
    }

    private static int[] Fit(int width)
    {
        var widths = new int[Columns.Default.Length];
        ColumnWidths.Fit(Columns.Default, width, widths);
        return widths;
    }
}
