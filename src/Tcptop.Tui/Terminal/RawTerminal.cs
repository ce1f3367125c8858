using System.Runtime.InteropServices;
using Tcptop.Linux;

using Native = Tcptop.Tui.Terminal.TerminalNative;

namespace Tcptop.Tui.Terminal;

[Flags]
internal enum TerminalReady
{
    None = 0,
    Keys = 1,
    Room = 2,
    Woken = 4,
    TimedOut = 8,
}

/// <summary>
/// The terminal in raw mode with its alternate screen, and back. Nothing here blocks but <see cref="Wait"/>.
/// System.Console must not be touched meanwhile: it sets terminal modes of its own.
/// </summary>
internal sealed class RawTerminal : IDisposable
{
    /// <summary>
    /// Alternate screen, no cursor, no wrapping at the last column, mouse buttons and wheel reported (in the
    /// form that has no bounds), what is pasted in brackets.
    /// </summary>
    internal static ReadOnlySpan<byte> EnterSequence => "\e[?1049h\e[?25l\e[?7l\e[?1000h\e[?1006h\e[?2004h"u8;

    /// <summary>
    /// Ends an unfinished frame, brackets, mouse reports, no-wrap and colours. A terminal without an
    /// alternate screen, such as the Linux console, at least is left empty.
    /// </summary>
    internal static ReadOnlySpan<byte> LeaveSequence =>
        "\e[?2026l\e[?2004l\e[?1006l\e[?1000l\e[?7h\e[0m\e[H\e[J\e[?25h\e[?1049l"u8;

    /// <summary>A stalled terminal must not keep the program from ending.</summary>
    private const int LongestControlWriteMs = 250;

    // What some `stty` sets is no screen, and would take memory without end.
    private const int WidestScreen = 1024;
    private const int TallestScreen = 512;

    private const int Left = 0;
    private const int Entered = 1;
    private const int Ended = 2;

    private readonly int _input;
    private readonly int _output;
    private readonly bool _ownsInput;
    private readonly bool _ownsOutput;
    private Native.Termios _before;
    private int _state = Left;

    private RawTerminal(int input, int output, bool ownsInput, bool ownsOutput) =>
        (_input, _output, _ownsInput, _ownsOutput) = (input, output, ownsInput, ownsOutput);

    /// <summary>
    /// The terminal of standard input and output; keys come from /dev/tty when standard input is no terminal.
    /// </summary>
    public static RawTerminal Open() => Open(Native.StandardInput, Native.StandardOutput);

    internal static RawTerminal Open(int input, int output)
    {
        if (!IsTerminal(output))
            throw new TerminalException("standard output is not a terminal");
        var keys = IsTerminal(input)
            ? input
            : Native.Open("/dev/tty", Native.OpenReadOnly | Native.OpenNoControllingTerminal | Native.OpenCloseOnExec);
        if (keys < 0)
            throw new TerminalException("no terminal to read keys from");
        var screen = OpenNonBlocking(output);
        return new RawTerminal(keys, screen, keys != input, screen != output);
    }

    /// <summary>
    /// We must not block on writing, and must not make the descriptor itself non-blocking: the shell and
    /// whoever else holds it would have to cope. So the same terminal is opened anew; where that is not
    /// allowed, a stalled terminal stalls the screen.
    /// </summary>
    private static int OpenNonBlocking(int output)
    {
        var own = Native.Open(
            $"/proc/self/fd/{output}",
            Native.OpenWriteOnly | Native.OpenNoControllingTerminal | Native.OpenNonBlocking | Native.OpenCloseOnExec);
        return own >= 0 ? own : output;
    }

    /// <summary>
    /// ColumnCount and rows. A terminal that does not know its size, such as a serial line, is taken for 80
    /// by 24.
    /// </summary>
    public (int Width, int Height) Size
    {
        get
        {
            if (Native.GetSize(_output, Native.GetWindowSize, out var size) < 0 || size.ColumnCount == 0
                || size.Rows == 0)
                return (80, 24);
            return (Math.Min((int)size.ColumnCount, WidestScreen), Math.Min((int)size.Rows, TallestScreen));
        }
    }

    /// <summary>
    /// Whether the terminal is ours to use now, and not the shell's; always so for a terminal that has no job
    /// control.
    /// </summary>
    public bool IsForeground =>
        Native.GetForegroundGroup(_input) is var group && (group < 0 || group == Native.GetOwnGroup());

    /// <summary>
    /// Raw mode and the alternate screen; also again, after others have used the terminal. Not after
    /// <see cref="End"/>.
    /// </summary>
    public void Enter()
    {
        if (_state == Left && Native.GetAttributes(_input, out _before) < 0)
            throw new TerminalException($"cannot read the terminal's settings (errno {Marshal.GetLastPInvokeError()})");
        if (Interlocked.CompareExchange(ref _state, Entered, Left) == Ended)
            return;
        TerminalGuard.Arm(_input, _output, _before, LeaveSequence);
        var raw = _before;
        Native.MakeRaw(ref raw);
        if (SetAttributes(raw) < 0)
            throw new TerminalException(
                $"cannot change the terminal's settings (errno {Marshal.GetLastPInvokeError()})");
        WriteControl(EnterSequence);
        // Another thread may have ended it while we were at it.
        if (Volatile.Read(ref _state) == Ended)
            PutBack();
    }

    /// <summary>The terminal as it was, until the next <see cref="Enter"/>. Nothing when it is so already.</summary>
    public void Leave()
    {
        if (Interlocked.CompareExchange(ref _state, Left, Entered) == Entered)
            PutBack();
    }

    /// <summary>The terminal as it was, for good. Any thread, any number of times.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref _state, Ended) == Entered)
            PutBack();
    }

    /// <summary>
    /// Returns how many bytes the terminal took, 0 when it is full, -1 when it is gone. Swallows all while
    /// not entered.
    /// </summary>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        if (Volatile.Read(ref _state) != Entered)
            return bytes.Length;
        return Result(Native.Write(_output, bytes, (nuint)bytes.Length));
    }

    /// <summary>Returns how many bytes were read, 0 when there are none now, -1 when the terminal is gone.</summary>
    public int Read(Span<byte> buffer)
    {
        var read = Native.Read(_input, buffer, (nuint)buffer.Length);
        return read == 0 ? -1 : Result(read);
    }

    /// <summary>Blocks until there is something to do. A negative <paramref name="timeoutMs"/> is none.</summary>
    public TerminalReady Wait(WakeSignal wake, bool forKeys, bool forRoom, int timeoutMs)
    {
        Span<Native.PollEntry> entries =
        [
            new() { Descriptor = forKeys ? _input : -1, Wanted = Native.PollIn },
            new() { Descriptor = forRoom ? _output : -1, Wanted = Native.PollOut },
            new() { Descriptor = wake.Descriptor, Wanted = Native.PollIn },
        ];
        var count = Native.Poll(entries, (nuint)entries.Length, timeoutMs);
        if (count <= 0)
            return count == 0 ? TerminalReady.TimedOut : TerminalReady.None;
        // An error or a hang-up counts as ready: the read or write that follows finds out.
        return (entries[0].Ready != 0 ? TerminalReady.Keys : 0)
            | (entries[1].Ready != 0 ? TerminalReady.Room : 0)
            | (entries[2].Ready != 0 ? TerminalReady.Woken : 0);
    }

    public void Dispose()
    {
        End();
        if (_ownsInput)
            _ = Native.Close(_input);
        if (_ownsOutput)
            _ = Native.Close(_output);
    }

    private static bool IsTerminal(int descriptor) => Native.GetAttributes(descriptor, out _) >= 0;

    private static int Result(nint count)
    {
        if (count >= 0)
            return (int)count;
        return Marshal.GetLastPInvokeError() is Native.Interrupted or Native.TryAgain ? 0 : -1;
    }

    private void PutBack()
    {
        WriteControl(LeaveSequence);
        // Of a terminal that the shell has taken back, the modes are the shell's; to set them would stop us.
        if (IsForeground)
            _ = SetAttributes(_before);
        TerminalGuard.Disarm();
    }

    private int SetAttributes(in Native.Termios attributes)
    {
        int result;
        do
            result = Native.SetAttributes(_input, Native.SetNow, attributes);
        while (result < 0 && Marshal.GetLastPInvokeError() == Native.Interrupted);
        return result;
    }

    private void WriteControl(ReadOnlySpan<byte> bytes)
    {
        var giveUpAt = Environment.TickCount64 + LongestControlWriteMs;
        while (!bytes.IsEmpty && Environment.TickCount64 < giveUpAt)
        {
            var written = Result(Native.Write(_output, bytes, (nuint)bytes.Length));
            if (written < 0)
                return;
            bytes = bytes[written..];
            if (written == 0)
            {
                Span<Native.PollEntry> room = [new() { Descriptor = _output, Wanted = Native.PollOut }];
                _ = Native.Poll(room, 1, LongestControlWriteMs);
            }
        }
    }
}
