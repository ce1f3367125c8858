using System.Globalization;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.TuiTests;

/// <summary>The keys and the mouse of the real program, on real connections.</summary>
public sealed class InteractionTests : IDisposable
{
    private readonly SteadyTraffic _traffic = new();
    private readonly LoopbackPair[] _idle = [.. Enumerable.Range(0, 6).Select(_ => new LoopbackPair())];

    // This process's connections alone: those of a host in use would come between them, and have names with
    // blanks in them.
    private readonly TmuxTerminal _terminal = TmuxTerminal.WithTcptop(
        150, 40, $"--interval 0.2 --pid {Environment.ProcessId}");

    public InteractionTests() => _terminal.WaitForLine(_traffic.IsClientRow, "the connections are shown");

    [Theory]
    [InlineData("r", "Rate In", "↓", "Rate In")]
    [InlineData("R", "Rate Out", "↓", "Rate Out")]
    [InlineData("p", "PID", "↑", "PID")]
    [InlineData("n", "Process", "↑", "Process")]
    [InlineData("s", "State", "↑", "State")]
    [InlineData("t", "RTT", "↓", "RTT")]
    [InlineData("a", "Local", "↑", "Local")]
    [InlineData("A", "Remote", "↑", "Remote")]
    [InlineData("P", "Proto", "↑", "Proto")]
    public void A_key_sorts_by_its_column_and_again_the_other_way_round(
        string key, string sortedBy, string arrow, string column)
    {
        _terminal.Press(key);
        WaitForStatus($" Sort: {sortedBy} {arrow} ");
        WaitForOrder(column, isDescending: arrow == "↓");
        _terminal.Press(key);
        WaitForStatus($" Sort: {sortedBy} {(arrow == "↓" ? "↑" : "↓")} ");
        WaitForOrder(column, isDescending: arrow != "↓");
    }

    [Fact]
    public void The_titles_are_gone_through_with_keys_and_Enter_sorts()
    {
        foreach (var key in (string[])["Tab", "Right", "Right", "Right", "BTab", "Right", "Enter"])
            _terminal.Press(key);
        WaitForStatus(" Sort: PID ↑ ");
        _terminal.Press("Enter");
        WaitForStatus(" Sort: PID ↓ ");
        WaitForOrder("PID", isDescending: true);
    }

    [Fact]
    public void A_filter_works_while_it_is_typed_is_kept_and_is_cleared()
    {
        var port = _idle[3].ClientPort.ToString(CultureInfo.InvariantCulture);
        _terminal.TypeFilter($"127.0.0.1 {port}");
        _terminal.WaitFor(
            _ => Rows.Length is > 0 and < 5 && Rows.All(row => row.Contains(port, StringComparison.Ordinal)),
            "only rows that match are shown");
        WaitForStatus($" Filter: 127.0.0.1 {port}  ({Rows.Length} matches)");
        _terminal.Press("Enter");
        WaitForStatus($"  Filter: pid {Environment.ProcessId}, 127.0.0.1 {port} ({Rows.Length} matches)");
        _terminal.Press("/");
        _terminal.Press("C-w");
        _terminal.Press("C-u");
        _terminal.Send("no such thing");
        _terminal.WaitForLine(line => line == "no connection matches the filter", "nothing is shown");
        _terminal.Press("Up");
        WaitForStatus($" Filter: 127.0.0.1 {port} ");
        _terminal.Press("Escape");
        _terminal.WaitFor(_ => Rows.Length > 10, "all rows are shown again");
        WaitForStatus($"  Filter: pid {Environment.ProcessId}  every ");
        Assert.DoesNotContain(port, _terminal.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_pasted_goes_into_the_filter_and_is_no_key_elsewhere()
    {
        var port = _idle[3].ClientPort.ToString(CultureInfo.InvariantCulture);
        _terminal.Paste("pq");
        _terminal.Press("/");
        _terminal.Paste($"127.0.0.1\n{port}");
        WaitForStatus($" Filter: 127.0.0.1 {port}");
        Assert.DoesNotContain(" Sort: PID", _terminal.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_finds_processes_too()
    {
        using var server = new RunningProcess(Programs.Traffic, "name", "6C6F6E656C79", "serve", "127.0.0.1", "0", "0");
        using var client = new RunningProcess(Programs.Traffic, "send", "127.0.0.1", $"{server.WaitForPort()}", "1");
        client.WaitForPort();
        using var terminal = TmuxTerminal.WithTcptop(150, 40, "--interval 0.2");
        terminal.TypeFilter("LONELY");
        terminal.WaitFor(
            _ => RowsOn(terminal) is [var row] && row.Contains(" lonely ", StringComparison.Ordinal),
            "its connection alone is shown");
    }

    [Fact]
    public void Help_comes_and_goes_and_has_the_keys()
    {
        _terminal.Press("?");
        _terminal.WaitForLine(line => line.Contains("q Ctrl-C F10", StringComparison.Ordinal), "the help is shown");
        _terminal.Press("F1");
        _terminal.WaitForLine(
            line => line.StartsWith("Proto", StringComparison.Ordinal), "the connections are shown again");
    }

    [Fact]
    public void More_columns_are_shown_and_hidden_with_a_key()
    {
        _terminal.Press("c");
        _terminal.WaitForLine(
            line => line.Contains("Bytes In", StringComparison.Ordinal)
                && line.Contains("Pkts Out", StringComparison.Ordinal),
            "there are more columns");
        _terminal.Press("F2");
        _terminal.WaitFor(screen => !screen.Contains("Bytes In", StringComparison.Ordinal), "there are fewer");
    }

    [Fact]
    public void A_paused_screen_stays_as_it_is_and_counting_goes_on()
    {
        _terminal.Press("Space");
        WaitForStatus(" Paused ");
        using var pair = new LoopbackPair();
        var before = Stamp();
        LoopbackPair.Transfer(pair.Client, pair.Server, 40_000_000);
        Assert.Equal(before, Stamp());
        Assert.DoesNotContain($":{pair.ClientPort} ", _terminal.Screen, StringComparison.Ordinal);
        _terminal.Press("Space");
        _terminal.Press("c");
        _terminal.WaitForLine(line => line.Contains($" 127.0.0.1:{pair.ClientPort} ", StringComparison.Ordinal)
            && line.Contains("38 MB", StringComparison.Ordinal),
            "what was sent meanwhile is there");

        // The clock and all below it, but not the status bar.
        string Stamp() => string.Join('\n', _terminal.Lines[..^1]);
    }

    [Fact]
    public void The_interval_is_changed_while_it_runs()
    {
        _terminal.Press("+");
        WaitForStatus("  every 0.5 s");
        _terminal.Press("-");
        _terminal.Press("-");
        WaitForStatus("  every 0.1 s");
        _terminal.Press("-");
        var clock = _terminal.Lines[0];
        _terminal.WaitFor(_ => _terminal.Lines[0] != clock, "it still refreshes");
    }

    [Fact]
    public void A_selected_row_follows_its_connection()
    {
        _terminal.Press("p");
        WaitForStatus(" Sort: PID ↑ ");
        _terminal.Press("Down");
        _terminal.Press("j");
        WaitForStatus("  row 2 of ");
        var selected = SelectedRow();
        _terminal.Press("p");
        WaitForStatus(" Sort: PID ↓ ");
        _terminal.WaitFor(
            _ => SelectedRow() is { } row && Ends(row) == Ends(selected), "the same connection is selected");
        _terminal.Press("End");
        _terminal.WaitFor(_ => SelectedRow() is { } row && row == Rows[^1], "the last row is selected");
        _terminal.Press("Escape");
        _terminal.WaitFor(_ => SelectedRow() == "", "nothing is selected");
    }

    [Fact]
    public void The_mouse_selects_and_sorts()
    {
        // Frozen, for the two rows of the traffic change places.
        _terminal.Press("Space");
        WaitForStatus(" Paused ");
        _terminal.Send("\e[<0;3;6M\e[<0;3;6m");
        WaitForStatus("  row 2 of ");
        _terminal.Press("Space");
        var pid = _terminal.Lines[3].IndexOf("PID", StringComparison.Ordinal);
        _terminal.Send($"\e[<0;{pid + 2};4M");
        WaitForStatus(" Sort: PID ↑ ");
        _terminal.Resize(150, 12);
        _terminal.Press("Escape");
        // Until it is obeyed: with what follows at once, the one key would be the beginning of another.
        _terminal.WaitFor(
            screen => Rows.Length == 7 && !screen.Contains("  row ", StringComparison.Ordinal),
            "there are few lines, and none is selected");
        var first = Ends(Rows[0]);
        _terminal.Send("\e[<65;3;6M");
        _terminal.WaitFor(_ => Rows.Length == 7 && Ends(Rows[0]) != first, "the wheel scrolls");
    }

    public void Dispose()
    {
        _terminal.Dispose();
        foreach (var pair in _idle)
            pair.Dispose();
        _traffic.Dispose();
    }

    private string[] Rows => RowsOn(_terminal);

    /// <summary>The lines of the table that have a row.</summary>
    private static string[] RowsOn(TmuxTerminal terminal) =>
        [.. terminal.Lines[4..^1].TakeWhile(line => line.Length != 0)];

    private void WaitForStatus(string part) =>
        _terminal.WaitFor(
            _ => _terminal.Lines[^1].Contains(part, StringComparison.Ordinal), $"the status bar has '{part}'");

    /// <summary>The line that is on the selection's blue.</summary>
    private string SelectedRow()
    {
        const string Blue = "48;5;25m";
        var styled = _terminal.StyledScreen.Split('\n');
        var at = Array.FindIndex(styled, line => line.Contains(Blue, StringComparison.Ordinal));
        return at < 0 ? "" : _terminal.Lines[at];
    }

    /// <summary>What does not change of a row: protocol and the two ends.</summary>
    private static string Ends(string row) =>
        string.Join(' ', row.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(3));

    private void WaitForOrder(string column, bool isDescending) => _terminal.WaitFor(
        _ => ScreenOrder.IsSorted(Rows, column, isDescending), $"the rows are sorted by {column}");
}
