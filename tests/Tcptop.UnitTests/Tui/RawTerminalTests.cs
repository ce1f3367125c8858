using System.Text;
using Tcptop.Linux;
using Tcptop.Tui.Terminal;
using Xunit;

namespace Tcptop.UnitTests.Tui;

public sealed class RawTerminalTests
{
    private const string Enter = "\e[?1049h\e[?25l\e[?7l\e[?1000h\e[?1006h\e[?2004h";
    private const string Leave = "\e[?2026l\e[?2004l\e[?1006l\e[?1000l\e[?7h\e[0m\e[H\e[J\e[?25h\e[?1049l";

    [Fact]
    public void Leaving_puts_modes_and_screen_back_as_they_were()
    {
        using var pty = new PseudoTerminal(80, 24);
        var before = pty.Modes;
        using var terminal = RawTerminal.Open(pty.Slave, pty.Slave);
        terminal.Enter();
        Assert.NotEqual(before, pty.Modes);
        terminal.Leave();
        Assert.Equal(before, pty.Modes);
        pty.ReadUntil(Leave);
        Assert.Equal(Enter + Leave, pty.Output);
    }

    [Fact]
    public void It_can_be_entered_again_after_leaving()
    {
        using var pty = new PseudoTerminal(80, 24);
        using var terminal = RawTerminal.Open(pty.Slave, pty.Slave);
        terminal.Enter();
        var raw = pty.Modes;
        terminal.Leave();
        terminal.Enter();
        Assert.Equal(raw, pty.Modes);
    }

    [Fact]
    public void However_many_threads_restore_it_it_is_restored_once_and_for_good()
    {
        using var pty = new PseudoTerminal(80, 24);
        var before = pty.Modes;
        using var terminal = RawTerminal.Open(pty.Slave, pty.Slave);
        terminal.Enter();
        Parallel.For(0, 16, _ => terminal.End());
        terminal.Leave();
        terminal.Enter();
        Assert.Equal(3, terminal.Write("abc"u8));
        Assert.Equal(before, pty.Modes);
        pty.Type("x\n"u8);
        pty.ReadUntil("x\r\n");
        Assert.Equal(Enter + Leave + "x\r\n", pty.Output);
    }

    [Fact]
    public void What_was_never_entered_is_left_alone()
    {
        using var pty = new PseudoTerminal(80, 24);
        RawTerminal.Open(pty.Slave, pty.Slave).Dispose();
        pty.Type("x\n"u8);
        pty.ReadUntil("x\r\n");
        Assert.Equal("x\r\n", pty.Output);
    }

    [Fact]
    public void The_size_is_the_terminals_within_reason_and_80_by_24_when_it_has_none()
    {
        using var pty = new PseudoTerminal(132, 50);
        using var terminal = RawTerminal.Open(pty.Slave, pty.Slave);
        Assert.Equal((132, 50), terminal.Size);
        pty.Resize(0, 0);
        Assert.Equal((80, 24), terminal.Size);
        pty.Resize(65535, 65535);
        Assert.Equal((1024, 512), terminal.Size);
    }

    [Fact]
    public void Keys_come_as_they_are_typed_and_none_makes_a_signal()
    {
        using var pty = new PseudoTerminal(80, 24);
        using var terminal = RawTerminal.Open(pty.Slave, pty.Slave);
        using var wake = new WakeSignal();
        terminal.Enter();
        pty.Type("q\x03\x1a\e[A"u8);
        Assert.Equal(TerminalReady.Keys, terminal.Wait(wake, forKeys: true, forRoom: false, timeoutMs: -1));
        var bytes = new byte[16];
        Assert.Equal("q\x03\x1a\e[A", Encoding.ASCII.GetString(bytes, 0, terminal.Read(bytes)));
    }

    [Fact]
    public void A_wake_signal_ends_the_wait_until_it_is_cleared()
    {
        using var pty = new PseudoTerminal(80, 24);
        using var terminal = RawTerminal.Open(pty.Slave, pty.Slave);
        var wake = new WakeSignal();
        wake.Signal();
        wake.Signal();
        Assert.Equal(TerminalReady.Woken, terminal.Wait(wake, forKeys: true, forRoom: false, timeoutMs: -1));
        wake.Clear();
        Assert.Equal(TerminalReady.TimedOut, terminal.Wait(wake, forKeys: true, forRoom: false, timeoutMs: 0));
        wake.Dispose();
        wake.Signal();
    }

    [Fact]
    public void A_terminal_that_takes_no_more_does_not_block_writing()
    {
        using var pty = new PseudoTerminal(80, 24);
        using var terminal = RawTerminal.Open(pty.Slave, pty.Slave);
        terminal.Enter();
        var bytes = new byte[1 << 20];
        var taken = terminal.Write(bytes);
        Assert.InRange(taken, 1, bytes.Length - 1);
        while (terminal.Write(bytes) != 0)
            taken++;
        terminal.End();
    }

    [Fact]
    public void A_terminal_that_is_gone_is_told_by_reading_and_writing()
    {
        using var pty = new PseudoTerminal(80, 24);
        using var terminal = RawTerminal.Open(pty.Slave, pty.Slave);
        terminal.Enter();
        pty.HangUp();
        Assert.Equal(-1, terminal.Read(new byte[16]));
        Assert.Equal(-1, terminal.Write("x"u8));
    }

    [Fact]
    public void What_is_no_terminal_is_refused()
    {
        using var wake = new WakeSignal();
        var refusal = Assert.Throws<TerminalException>(() => RawTerminal.Open(wake.Descriptor, wake.Descriptor));
        Assert.Equal("standard output is not a terminal", refusal.Message);
    }
}
