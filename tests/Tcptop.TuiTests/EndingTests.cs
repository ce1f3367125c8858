using Tcptop.Testing;
using Xunit;

namespace Tcptop.TuiTests;

/// <summary>However the screen ends, the terminal is as it was and nothing of ours stays in the kernel.</summary>
public sealed class EndingTests
{
    [Theory]
    [InlineData("q")]
    [InlineData("C-c")]
    [InlineData("F10")]
    public void A_key_that_quits_gives_the_terminal_back(string key)
    {
        using var terminal = TmuxTerminal.WithTcptop(100, 20, "--interval 0.2");
        Assert.True(terminal.ShowsAlternateScreen);
        Assert.False(terminal.ShowsCursor);
        Assert.True(terminal.HearsMouse);
        terminal.Press(key);
        AssertRestored(terminal);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("HUP")]
    public void A_signal_that_stops_gives_the_terminal_back(string signal)
    {
        using var terminal = TmuxTerminal.WithTcptop(100, 20, "--interval 0.2");
        Tool.Must("kill", $"-{signal}", $"{terminal.ChildId}");
        AssertRestored(terminal);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(14)]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(26)]
    [InlineData(27)]
    [InlineData(29)]
    [InlineData(30)]
    [InlineData(31)]
    [InlineData(35)]
    [InlineData(64)]
    public void A_signal_that_is_death_gives_the_terminal_back_first(int signal)
    {
        using var terminal = TmuxTerminal.WithTcptop(100, 20, "--interval 0.2");
        Tool.Must("kill", $"-{signal}", $"{terminal.ChildId}");
        AssertRestored(terminal, exitCode: 128 + signal);
    }

    [Fact]
    public void A_count_of_refreshes_ends_the_screen_too()
    {
        using var terminal = new TmuxTerminal(100, 20);
        terminal.TypeLine($"run '{Programs.Tcptop}' -n 2 --interval 0.1");
        AssertRestored(terminal);
    }

    [Fact]
    public void Other_keys_do_not_end_it()
    {
        using var terminal = TmuxTerminal.WithTcptop(100, 20, "--interval 0.2");
        foreach (var key in (string[])["Up", "PPage", "F5", "Escape", "Q", "M-q", "C-Right", "BTab", "é", "F12"])
            terminal.Press(key);
        terminal.Resize(90, 20);
        terminal.WaitForLine(
            line => line.Length == 89 && line.EndsWith("q quit", StringComparison.Ordinal), "it still draws");
        terminal.Press("q");
        AssertRestored(terminal);
    }

    [Fact]
    public void Ctrl_Z_gives_the_terminal_to_the_shell_and_fg_takes_it_back()
    {
        using var terminal = new TmuxTerminal(100, 20);
        terminal.TypeLine($"'{Programs.Tcptop}' --interval 0.2");
        terminal.WaitFor(screen => screen.Contains("q quit", StringComparison.Ordinal), "the screen appears");
        terminal.Press("C-z");
        terminal.WaitFor(
            screen => screen.Contains("Stopped", StringComparison.Ordinal), "the shell says that it is stopped");
        Assert.False(terminal.ShowsAlternateScreen);
        Assert.True(terminal.ShowsCursor);
        Assert.False(terminal.HearsMouse);
        terminal.TypeLine("stty | grep -c icanon; clear; echo at the shell");
        terminal.WaitForLine(line => line == "at the shell", "the shell has its line mode");
        terminal.TypeLine("fg");
        terminal.WaitFor(screen => screen.Contains("q quit", StringComparison.Ordinal), "the screen comes back");
        Assert.True(terminal.ShowsAlternateScreen);
        terminal.Press("q");
        terminal.WaitFor(_ => !terminal.ShowsAlternateScreen, "it quits");
    }

    [Fact]
    public void A_stopped_screen_can_be_ended_from_the_shell()
    {
        using var terminal = new TmuxTerminal(100, 20);
        terminal.TypeLine($"'{Programs.Tcptop}' --interval 0.2");
        terminal.WaitFor(screen => screen.Contains("q quit", StringComparison.Ordinal), "the screen appears");
        terminal.Press("C-z");
        terminal.WaitFor(
            screen => screen.Contains("Stopped", StringComparison.Ordinal), "the shell says that it is stopped");
        terminal.TypeLine("kill %1; wait; echo the code is $?");
        terminal.WaitForLine(
            line => line.StartsWith("the code is ", StringComparison.Ordinal), "it ends in the background");
        KernelInventory.WaitUntilNothingIsLeft();
    }

    [Fact]
    public void A_fault_of_the_program_gives_the_terminal_back_and_says_so()
    {
        var frames = Path.GetTempFileName();
        using var terminal = TmuxTerminal.WithRecordedFrames(100, 20, frames, "--interval 0.2");
        terminal.Press("C-\\");
        terminal.WaitForLine(
            line => line.StartsWith("error: internal error, please report it: ", StringComparison.Ordinal),
            "it says what happened");
        terminal.WaitForLine(line => line == "exit code 1", "it ends with 1");
        terminal.WaitForLine(line => line == "same modes", "the terminal's modes are as they were");
        Assert.Equal((false, true, false), (terminal.ShowsAlternateScreen, terminal.ShowsCursor, terminal.HearsMouse));
        KernelInventory.WaitUntilNothingIsLeft();
        File.Delete(frames);
    }

    [Fact]
    public void Without_a_test_that_asks_for_it_no_key_is_a_fault()
    {
        using var terminal = TmuxTerminal.WithTcptop(100, 20, "--interval 0.2");
        terminal.Press("C-\\");
        terminal.Press("q");
        AssertRestored(terminal);
    }

    [Fact]
    public void A_terminal_that_is_closed_ends_it()
    {
        int id;
        using (var terminal = TmuxTerminal.WithTcptop(100, 20, "--interval 0.2"))
            id = terminal.ChildId;
        Eventually.True(() => !Directory.Exists($"/proc/{id}"), "the process is gone");
        KernelInventory.WaitUntilNothingIsLeft();
    }

    [Fact]
    public void A_terminal_that_cannot_show_a_screen_is_refused_in_one_line()
    {
        using var terminal = new TmuxTerminal(100, 20);
        terminal.TypeLine($"TERM=dumb run '{Programs.Tcptop}'");
        terminal.WaitForLine(
            line => line == "error: the terminal (TERM=dumb) cannot show a full screen", "it says why");
        terminal.WaitForLine(line => line == "exit code 1", "it ends");
        terminal.WaitForLine(line => line == "same modes", "the modes were not touched");
    }

    [Fact]
    public void Keys_come_from_the_terminal_when_standard_input_is_something_else()
    {
        using var terminal = TmuxTerminal.WithTcptop(100, 20, "--interval 0.2 < /dev/null");
        terminal.Press("q");
        AssertRestored(terminal);
    }

    internal static void AssertRestored(TmuxTerminal terminal, int exitCode = 0)
    {
        terminal.WaitForLine(line => line == $"exit code {exitCode}", $"it ends with {exitCode}");
        terminal.WaitForLine(line => line == "same modes", "the terminal's modes are as they were");
        Assert.StartsWith("$ run ", terminal.Screen, StringComparison.Ordinal);
        Assert.False(terminal.ShowsAlternateScreen);
        Assert.True(terminal.ShowsCursor);
        Assert.False(terminal.HearsMouse);
        KernelInventory.WaitUntilNothingIsLeft();
    }
}
