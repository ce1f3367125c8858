using System.Text;
using Tcptop.Tui.Cells;
using Xunit;

namespace Tcptop.UnitTests.Tui;

public sealed class FrameDiffTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void After_any_frames_and_resizes_the_terminal_shows_what_the_buffer_holds(int seed)
    {
        var random = new Random(seed);
        var cells = new CellBuffer(20, 6);
        var terminal = new VirtualTerminal(20, 6);
        var frames = new FrameDiff(ColorDepth.TrueColor, utf8: true);
        for (var frame = 0; frame < 2000; frame++)
        {
            if (random.Next(50) == 0)
            {
                cells.Resize(random.Next(1, 40), random.Next(1, 12));
                terminal.Resize(cells.Width, cells.Height);
                frames.Invalidate();
            }
            Scribble(cells, random);
            terminal.Take(frames.Encode(cells).Span);
            AssertShows(cells, terminal);
        }
    }

    [Fact]
    public void A_change_of_size_alone_draws_everything_anew()
    {
        var frames = new FrameDiff(ColorDepth.TrueColor, utf8: true);
        var cells = new CellBuffer(10, 2);
        cells.Write(0, 0, "abc", default);
        frames.Encode(cells);
        cells.Resize(5, 2);
        cells.Write(0, 0, "abc", default);
        var terminal = new VirtualTerminal(5, 2);
        terminal.Take(frames.Encode(cells).Span);
        AssertShows(cells, terminal);
    }

    [Fact]
    public void Nothing_is_sent_when_nothing_has_changed()
    {
        var frames = new FrameDiff(ColorDepth.TrueColor, utf8: true);
        var cells = new CellBuffer(10, 2);
        cells.Write(0, 0, "日本 abc", new Style(Attributes: TextAttributes.Bold));
        Assert.NotEqual(0, frames.Encode(cells).Length);
        Assert.Equal(0, frames.Encode(cells).Length);
    }

    [Fact]
    public void A_screen_of_no_size_is_drawn_without_harm()
    {
        var frames = new FrameDiff(ColorDepth.TrueColor, utf8: true);
        var cells = new CellBuffer(0, 0);
        Assert.Equal("\e[?2026h\e[0m\e[2J\e[?2026l", Sent(frames, cells));
        Assert.Equal("", Sent(frames, cells));
    }

    [Fact]
    public void A_frame_is_one_synchronized_update_and_leaves_the_default_style()
    {
        var frames = new FrameDiff(ColorDepth.TrueColor, utf8: true);
        var cells = new CellBuffer(3, 2);
        cells.Write(1, 1, "x", new Style(Attributes: TextAttributes.Reverse));
        Assert.Equal("\e[?2026h\e[0m\e[2J\e[2;2H\e[0;7mx\e[0m\e[?2026l", Sent(frames, cells));
    }

    [Fact]
    public void A_short_gap_is_written_again_and_a_long_one_is_stepped_over()
    {
        var frames = new FrameDiff(ColorDepth.TrueColor, utf8: true);
        var cells = new CellBuffer(20, 1);
        cells.Write(0, 0, "a1234b123456789c", default);
        frames.Encode(cells);
        cells.Write(0, 0, "A1234B123456789C", default);
        Assert.Equal("\e[?2026h\e[1;1H\e[0mA1234B\e[9CC\e[?2026l", Sent(frames, cells));
    }

    [Fact]
    public void Behind_a_rune_whose_width_terminals_disagree_on_the_position_is_said_anew()
    {
        var frames = new FrameDiff(ColorDepth.TrueColor, utf8: true);
        var cells = new CellBuffer(10, 1);
        cells.Write(0, 0, "日…▁▂a", default);
        Assert.Equal("\e[?2026h\e[0m\e[2J\e[1;1H日\e[1;3H…\e[1;4H▁▂a\e[?2026l", Sent(frames, cells));
    }

    [Fact]
    public void Where_there_is_only_ASCII_a_question_mark_stands_for_each_column_and_no_byte_above_7F_is_sent()
    {
        var frames = new FrameDiff(ColorDepth.TrueColor, utf8: false);
        var cells = new CellBuffer(10, 1);
        cells.Write(0, 0, "é日本x", default);
        var sent = frames.Encode(cells);
        Assert.False(sent.Span.ContainsAnyExceptInRange((byte)0, (byte)0x7F));
        Assert.Equal("\e[?2026h\e[0m\e[2J\e[1;1H???\e[1;4H??\e[1;6Hx\e[?2026l", Encoding.ASCII.GetString(sent.Span));
    }

    private static string Sent(FrameDiff frames, CellBuffer cells) =>
        Encoding.UTF8.GetString(frames.Encode(cells).Span);

    private static void Scribble(CellBuffer cells, Random random)
    {
        string[] words = ["a", "bcd", "日本語", "é日x", "▁▂▃", "…", "    ", "x y", "한글 text 中"];
        for (var i = random.Next(6); i > 0; i--)
        {
            var style = new Style(
                random.Next(2) == 0 ? default : Color.FromRgb((byte)random.Next(3), 7, 7),
                random.Next(4) == 0 ? Color.FromRgb(1, (byte)random.Next(2), 1) : default,
                (TextAttributes)random.Next(16));
            var x = random.Next(-1, cells.Width + 1);
            var y = random.Next(-1, cells.Height + 1);
            if (random.Next(5) == 0)
                cells.Fill(x, y, random.Next(8), style);
            else
                cells.Write(x, y, words[random.Next(words.Length)], style, random.Next(1, 12));
        }
        if (random.Next(20) == 0)
            cells.Clear();
    }

    private static void AssertShows(CellBuffer expected, VirtualTerminal actual)
    {
        Assert.False(actual.IsInFrame);
        Assert.Equal(default, actual.Style);
        for (var y = 0; y < expected.Height; y++)
        {
            var line = expected.Line(y);
            for (var x = 0; x < expected.Width; x++)
                Assert.True(line[x] == actual[x, y], $"at {x},{y}: expected {line[x]}, shown {actual[x, y]}");
        }
    }
}
