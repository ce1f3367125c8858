using System.Globalization;
using System.Text.RegularExpressions;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.TuiTests;

/// <summary>What the real program shows of real connections.</summary>
public sealed partial class ScreenTests
{
    /// <summary>
    /// What moves beside a test on a host that is in use fills the screen: a test that looks for its rows
    /// asks for them alone.
    /// </summary>
    private static readonly string OwnRows = FormattableString.Invariant($"--pid {Environment.ProcessId}");

    private static readonly string[] Titles =
        ["Proto", "Local", "Remote", "PID", "Process", "State", "Rate In", "Rate Out", "RTT"];

    [Fact]
    public void A_connection_is_shown_with_its_owner_state_rates_and_round_trip_time()
    {
        using var traffic = new SteadyTraffic();
        using var terminal = TmuxTerminal.WithTcptop(120, 30, $"--interval 0.2 {OwnRows}");
        terminal.WaitForLine(
            line => traffic.IsClientRow(line) && MovingOut().IsMatch(line), "the client's end is shown sending");
        var row = terminal.Lines.First(traffic.IsClientRow);
        var words = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var ownId = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(["tcp", traffic.Client, traffic.Server, ownId], words[..4]);
        Assert.Equal("ESTABLISHED", words[5]);
    }

    [Fact]
    public void The_screen_has_its_three_regions()
    {
        using var traffic = new SteadyTraffic();
        using var terminal = TmuxTerminal.WithTcptop(120, 30, "--interval 0.2");
        terminal.WaitForLine(
            line => line.StartsWith("Out ", StringComparison.Ordinal) && line.Contains('█'),
            "the totals have a history");
        var lines = terminal.Lines;
        Assert.Matches(@"^Connections \d+ \(TCP \d+, UDP \d+\) +\d\d:\d\d:\d\d  up 0:00:\d\d$", lines[0]);
        Assert.Matches(@"^In  +[\d.]+ [KMG]?B/s +[\d.]+ [KMG]?B since \d\d:\d\d ", lines[1]);
        Assert.Matches(@"^Out +[\d.]+ [KMG]?B/s +[\d.]+ [KMG]?B since \d\d:\d\d ", lines[2]);
        AssertHasTitles(lines[3]);
        Assert.Matches(@"^ Sort: Rate In\+Out ↓  every 0\.2 s +\? help  q quit$", lines[^1]);
    }

    [Fact]
    public void What_it_may_not_see_is_said_on_the_screen()
    {
        using var elsewhere = new RunningProcess("unshare", "--net", "sh", "-c", "echo there; exec sleep 60");
        elsewhere.WaitForLine("there");
        using var terminal = new TmuxTerminal(120, 30);
        terminal.TypeLine($"setpriv --bounding-set=-sys_admin '{Programs.Tcptop}'");
        terminal.WaitForLine(NotSeen().IsMatch, "it says what it may not look at");
        var below = terminal.Lines.SkipWhile(line => !NotSeen().IsMatch(line));
        AssertHasTitles(below.First(line => line.StartsWith("Proto", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_connection_that_moves_most_comes_first()
    {
        using var idle = new LoopbackPair();
        using var traffic = new SteadyTraffic();
        using var terminal = TmuxTerminal.WithTcptop(120, 30, $"--interval 0.2 {OwnRows}");
        bool IsIdle(string line) => line.Contains($" 127.0.0.1:{idle.ClientPort} ", StringComparison.Ordinal);
        terminal.WaitFor(
            screen => screen.Split('\n') is var lines
                && Array.FindIndex(lines, traffic.IsClientRow) is var busy and > 0
                && Array.FindIndex(lines, IsIdle) > busy,
            "the busy connection stands above the idle one");
    }

    [Fact]
    public void A_connection_that_ends_is_on_dark_red_for_one_refresh_and_then_gone()
    {
        const string DarkRedBackground = "\e[48;5;52m";
        var pair = new LoopbackPair();
        var port = $"127.0.0.1:{pair.ClientPort} ";
        using var terminal = TmuxTerminal.WithTcptop(120, 30, $"--interval 1 {OwnRows}");
        terminal.WaitFor(screen => screen.Contains(port, StringComparison.Ordinal), "the connection is shown");
        Assert.DoesNotContain(DarkRedBackground, terminal.StyledScreen, StringComparison.Ordinal);
        pair.CloseInOrder();
        Eventually.True(
            () => terminal.StyledScreen is var screen
                && screen.Contains(DarkRedBackground, StringComparison.Ordinal)
                    && screen.Contains(port, StringComparison.Ordinal),
            "its last row is on dark red");
        terminal.WaitFor(screen => !screen.Contains(port, StringComparison.Ordinal), "it is gone");
        Assert.DoesNotContain(DarkRedBackground, terminal.StyledScreen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_name_cannot_act_on_the_terminal()
    {
        // ESC [ 3 1 m, newline, a lone continuation byte, and the UTF-8 of U+202E.
        const string Name = "1B5B33316D0A80E280AE";
        using var server = new RunningProcess(Programs.Traffic, "name", Name, "serve", "127.0.0.1", "0", "0");
        using var client = new RunningProcess(Programs.Traffic, "send", "127.0.0.1", $"{server.WaitForPort()}", "1");
        client.WaitForPort();
        using var terminal = TmuxTerminal.WithTcptop(140, 30, $"--interval 0.2 --pid {server.Id}");
        terminal.WaitForLine(
            line => line.Contains(server.Id.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                && line.Contains(@"\x1b[31m\n", StringComparison.Ordinal),
            "the name is shown escaped");
    }

    [Fact]
    public void The_screen_follows_its_window_to_any_size_and_leaves_nothing_behind()
    {
        using var traffic = new SteadyTraffic();
        using var terminal = TmuxTerminal.WithTcptop(120, 30, "--interval 0.2");
        foreach (var (width, height) in ((int, int)[])[(80, 24), (40, 8), (200, 50), (10, 3), (1, 1), (120, 30)])
        {
            terminal.Resize(width, height);
            terminal.WaitFor(
                _ => IsDrawnFor(terminal.Lines, width, height), $"the screen is drawn for {width}x{height}");
        }
        AssertHasTitles(terminal.Lines[3]);
        terminal.TypeFilter($"{traffic.Client} {traffic.Server}");
        terminal.WaitForLine(traffic.IsClientRow, "the connection is still shown");
    }

    [Fact]
    public void At_80_columns_every_column_is_still_there()
    {
        using var terminal = TmuxTerminal.WithTcptop(80, 24, "--interval 0.2");
        AssertHasTitles(terminal.Lines[3]);
    }

    [Theory]
    [InlineData("", "NO_COLOR=1")]
    [InlineData("--no-color", "COLORTERM=truecolor")]
    public void Without_colours_there_are_none(string flag, string environment)
    {
        using var traffic = new SteadyTraffic();
        using var terminal = TmuxTerminal.WithTcptop(120, 30, $"--interval 0.2 {OwnRows} {flag}", environment);
        terminal.WaitForLine(
            line => traffic.IsClientRow(line) && MovingOut().IsMatch(line), "the connection is shown sending");
        Assert.DoesNotMatch(ColorSequence(), terminal.StyledScreen);
    }

    [Fact]
    public void With_colours_there_are_some()
    {
        using var traffic = new SteadyTraffic();
        using var terminal = TmuxTerminal.WithTcptop(120, 30, "--interval 0.2");
        Eventually.True(() => ColorSequence().IsMatch(terminal.StyledScreen), "something is in colour");
    }

    [Fact]
    public void In_a_locale_without_UTF_8_the_screen_is_ASCII()
    {
        using var traffic = new SteadyTraffic();
        using var terminal = TmuxTerminal.WithTcptop(120, 30, "--interval 0.2", "LANG=C");
        terminal.WaitForLine(
            line => line.StartsWith("Out ", StringComparison.Ordinal) && line.Contains('#'),
            "the totals have a history");
        Assert.All(terminal.Screen, character => Assert.True(character < 0x80, $"U+{(int)character:X4}"));
    }

    private static void AssertHasTitles(string line)
    {
        var at = 0;
        foreach (var title in Titles)
        {
            var found = line.IndexOf(title, at, StringComparison.Ordinal);
            Assert.True(found >= 0, $"no {title} in '{line}'");
            at = found + title.Length;
        }
    }

    /// <summary>The bar at the bottom, right to the edge, and nowhere else.</summary>
    private static bool IsDrawnFor(string[] lines, int width, int height)
    {
        if (lines.Length != height || lines.Any(line => line.Length > width))
            return false;
        if (height < 3)
            return !string.IsNullOrWhiteSpace(lines[0]);
        return lines[^1].TrimEnd().Length == width - 1
            && lines.Count(line => line.EndsWith("q quit", StringComparison.Ordinal)) == 1;
    }

    /// <summary>A row with nothing coming in and something going out.</summary>
    [GeneratedRegex(@" 0 B/s +[1-9][\d.]* [KM]?B/s ")]
    private static partial Regex MovingOut();

    /// <summary>Which of the two, the kernel decides.</summary>
    [GeneratedRegex(@"^Not seen  (sockets that no process holds|live connections) in \d+ other network namespaces? \(needs CAP_SYS_ADMIN\)$")]
    private static partial Regex NotSeen();

    /// <summary>SGR that sets a colour; 39 and 49 take it back.</summary>
    [GeneratedRegex(@"\e\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]")]
    private static partial Regex ColorSequence();
}
