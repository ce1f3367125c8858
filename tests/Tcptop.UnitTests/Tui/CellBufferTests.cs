using System.Text;
using Tcptop.Table.Formats;
using Tcptop.Tui.Cells;
using Xunit;

namespace Tcptop.UnitTests.Tui;

public sealed class CellBufferTests
{
    [Fact]
    public void A_wide_rune_that_does_not_fit_whole_is_left_out()
    {
        var cells = new CellBuffer(4, 1);
        Assert.Equal(3, cells.Write(0, 0, "a日本", default));
        Assert.Equal("a日 ", ScreenText.Line(cells, 0));
        Assert.Equal(1, cells.Write(0, 0, "b日", default, width: 2));
    }

    [Fact]
    public void Overwriting_the_left_half_of_a_wide_rune_blanks_its_right_half()
    {
        var cells = new CellBuffer(4, 1);
        cells.Write(0, 0, "日本", default);
        cells.Write(0, 0, "x", default);
        Assert.Equal("x 本", ScreenText.Line(cells, 0));
    }

    [Fact]
    public void Overwriting_the_right_half_of_a_wide_rune_blanks_its_left_half()
    {
        var cells = new CellBuffer(4, 1);
        cells.Write(0, 0, "日本", default);
        cells.Write(1, 0, "x", default);
        Assert.Equal(" x本", ScreenText.Line(cells, 0));
    }

    [Fact]
    public void A_wide_rune_across_two_others_blanks_what_is_left_of_both()
    {
        var cells = new CellBuffer(4, 1);
        cells.Write(0, 0, "日本", default);
        cells.Write(1, 0, "語", default);
        Assert.Equal(" 語 ", ScreenText.Line(cells, 0));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(4, 0)]
    [InlineData(0, -1)]
    [InlineData(0, 2)]
    public void Writing_outside_the_screen_does_nothing(int x, int y)
    {
        var cells = new CellBuffer(4, 2);
        Assert.Equal(0, cells.Write(x, y, "abc", default));
        cells.Fill(x, y, 0, default);
        Assert.Equal("\n", ScreenText.Of(cells));
    }

    [Fact]
    public void Neither_control_characters_nor_zero_width_ones_get_into_a_cell()
    {
        var cells = new CellBuffer(8, 1);
        cells.Write(0, 0, "a\u001b[2J\u009b\u0301\u200bb", default);
        Assert.Equal("a[2Jb   ", ScreenText.Line(cells, 0));
    }

    [Fact]
    public void Filling_is_cut_off_at_the_edges()
    {
        var cells = new CellBuffer(3, 1);
        var style = new Style(Attributes: TextAttributes.Reverse);
        cells.Fill(-5, 0, 100, style);
        foreach (var cell in cells.Line(0))
            Assert.Equal(new Cell(' ', style), cell);
    }

    [Fact]
    public void Widths_are_those_of_East_Asian_terminals()
    {
        Assert.Equal(1, RuneWidth.Of(new Rune('a')));
        Assert.Equal(1, RuneWidth.Of(new Rune('é')));
        Assert.Equal(2, RuneWidth.Of(new Rune('日')));
        Assert.Equal(2, RuneWidth.Of(new Rune(0x1F600)));
        Assert.Equal(1, RuneWidth.Of(new Rune('\uFFFD')));
        Assert.Equal(0, RuneWidth.Of(new Rune('\u0301')));
        Assert.Equal(0, RuneWidth.Of(new Rune(0x1B)));
        Assert.Equal(5, RuneWidth.Of("a日b…"));
    }
}
