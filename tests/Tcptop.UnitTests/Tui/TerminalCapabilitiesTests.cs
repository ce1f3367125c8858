using Tcptop.Tui.Cells;
using Tcptop.Tui.Terminal;
using Xunit;

namespace Tcptop.UnitTests.Tui;

public sealed class TerminalCapabilitiesTests
{
    [Theory]
    [InlineData("xterm-256color", "truecolor", ColorDepth.TrueColor)]
    [InlineData("xterm-256color", "24bit", ColorDepth.TrueColor)]
    [InlineData("xterm-direct", null, ColorDepth.TrueColor)]
    [InlineData("xterm-256color", null, ColorDepth.Indexed256)]
    [InlineData("tmux-256color", "", ColorDepth.Indexed256)]
    [InlineData("xterm", null, ColorDepth.Indexed256)]
    [InlineData("screen.xterm-new", null, ColorDepth.Indexed256)]
    [InlineData("foot-extra", null, ColorDepth.Indexed256)]
    [InlineData("xterm-16color", null, ColorDepth.Ansi16)]
    [InlineData("linux", null, ColorDepth.Ansi16)]
    [InlineData("linux", "truecolor", ColorDepth.Ansi16)]
    [InlineData("ansi", null, ColorDepth.Ansi16)]
    [InlineData("stterm", null, ColorDepth.Ansi16)]
    [InlineData("vt100", null, ColorDepth.None)]
    [InlineData("vt220-w", null, ColorDepth.None)]
    public void Colour_depth_follows_COLORTERM_and_TERM(string type, string? colorTerm, object depth) =>
        Assert.Equal((ColorDepth)depth, Detect(("TERM", type), ("COLORTERM", colorTerm)).Colors);

    [Fact]
    public void NO_COLOR_counts_when_it_is_not_empty()
    {
        Assert.Equal(
            ColorDepth.None, Detect(("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("NO_COLOR", "1")).Colors);
        Assert.Equal(ColorDepth.None, Detect(("TERM", "xterm-256color"), ("NO_COLOR", "0")).Colors);
        Assert.Equal(ColorDepth.Indexed256, Detect(("TERM", "xterm-256color"), ("NO_COLOR", "")).Colors);
    }

    [Fact]
    public void The_option_for_no_colour_counts_as_NO_COLOR_does() =>
        Assert.Equal(ColorDepth.None,
            TerminalCapabilities.Detect(name => name == "TERM" ? "xterm" : null, noColor: true).Colors);

    [Theory]
    [InlineData(null, null, null, false)]
    [InlineData(null, null, "en_US.UTF-8", true)]
    [InlineData(null, null, "de_DE.utf8", true)]
    [InlineData(null, null, "C.UTF-8", true)]
    [InlineData(null, null, "en_US.ISO-8859-1", false)]
    [InlineData(null, null, "C", false)]
    [InlineData("C", "en_US.UTF-8", "en_US.UTF-8", false)]
    [InlineData("en_US.UTF-8", "C", "C", true)]
    [InlineData("", "en_US.UTF-8", "C", true)]
    [InlineData(null, "POSIX", "en_US.UTF-8", false)]
    public void The_first_locale_variable_that_is_set_says_whether_it_is_UTF_8(
        string? all, string? ctype, string? lang, bool expected)
    {
        var found = Detect(("TERM", "xterm"), ("LC_ALL", all), ("LC_CTYPE", ctype), ("LANG", lang));
        Assert.Equal((expected, expected), (found.Utf8, found.HasBlocks));
    }

    [Fact]
    public void The_Linux_console_has_UTF_8_and_no_glyphs_for_the_blocks()
    {
        var found = Detect(("TERM", "linux"), ("LANG", "C.UTF-8"));
        Assert.Equal((true, false), (found.Utf8, found.HasBlocks));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("dumb", false)]
    [InlineData("unknown", false)]
    [InlineData("xterm", true)]
    [InlineData("something-new", true)]
    public void A_terminal_that_cannot_move_its_cursor_is_refused(string? type, bool expected) =>
        Assert.Equal(expected, TerminalCapabilities.CanShowScreen(type));

    private static TerminalCapabilities Detect(params (string Name, string? Value)[] environment) =>
        TerminalCapabilities.Detect(
            name => environment.FirstOrDefault(entry => entry.Name == name).Value, noColor: false);
}
