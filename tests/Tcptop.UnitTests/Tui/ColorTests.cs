using System.Text;
using Tcptop.Tui.Cells;
using Xunit;

namespace Tcptop.UnitTests.Tui;

public sealed class ColorTests
{
    [Theory]
    [InlineData(0x00, 0x00, 0x00, 16)]
    [InlineData(0xFF, 0xFF, 0xFF, 231)]
    [InlineData(0x5F, 0x00, 0x00, 52)]
    [InlineData(0x00, 0x87, 0x00, 28)]
    [InlineData(0xD7, 0x5F, 0x00, 166)]
    [InlineData(0x60, 0x02, 0x01, 52)]
    [InlineData(0x12, 0x12, 0x12, 233)]
    [InlineData(0x80, 0x80, 0x80, 244)]
    public void The_nearest_of_256_colours_is_taken(byte red, byte green, byte blue, int expected) =>
        Assert.Equal(expected, Palette.ToIndexed256(Color.FromRgb(red, green, blue)));

    [Fact]
    public void Every_colour_of_the_cube_is_its_own_nearest()
    {
        int[] levels = [0, 95, 135, 175, 215, 255];
        for (var index = 0; index < 216; index++)
        {
            var color = Color.FromRgb((byte)levels[index / 36], (byte)levels[index / 6 % 6], (byte)levels[index % 6]);
            Assert.Equal(16 + index, Palette.ToIndexed256(color));
        }
    }

    [Theory]
    [InlineData(0x5F, 0x00, 0x00, 1)]
    [InlineData(0x00, 0x87, 0x00, 2)]
    [InlineData(0xAF, 0x87, 0x00, 3)]
    [InlineData(0xFF, 0xD7, 0xD7, 15)]
    [InlineData(0x00, 0x00, 0x00, 0)]
    [InlineData(0xF0, 0x10, 0x10, 9)]
    public void The_nearest_of_16_colours_is_taken(byte red, byte green, byte blue, int expected) =>
        Assert.Equal(expected, Palette.ToAnsi16(Color.FromRgb(red, green, blue)));

    [Theory]
    [InlineData(ColorDepth.TrueColor, "\e[0;1;38;2;240;16;16;48;2;95;0;0m")]
    [InlineData(ColorDepth.Indexed256, "\e[0;1;38;5;196;48;5;52m")]
    [InlineData(ColorDepth.Ansi16, "\e[0;1;91;41m")]
    [InlineData(ColorDepth.None, "\e[0;1m")]
    public void A_style_is_written_with_as_much_colour_as_the_terminal_has(object depth, string expected)
    {
        var writer = new TerminalWriter((ColorDepth)depth, utf8: true);
        writer.SetStyle(new Style(Color.FromRgb(0xF0, 0x10, 0x10), Color.FromRgb(0x5F, 0, 0), TextAttributes.Bold));
        Assert.Equal(expected, Encoding.ASCII.GetString(writer.Written.Span));
    }

    [Fact]
    public void Black_is_a_colour_and_not_the_default()
    {
        Assert.True(Color.Default.IsDefault);
        Assert.False(Color.FromRgb(0, 0, 0).IsDefault);
    }
}
