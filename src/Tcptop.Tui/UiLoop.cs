using System.Diagnostics;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Input;
using Tcptop.Tui.Look;
using Tcptop.Tui.Screens;
using Tcptop.Tui.Terminal;
using Tcptop.Tui.View;

namespace Tcptop.Tui;

/// <summary>
/// The screen's thread: sleeps until a key, a snapshot or a notice comes, then draws what has changed. It
/// never blocks on a terminal that takes no more: what is unsent waits, keys are still heard, and the next
/// frame shows whatever is the latest then. Nor does it work on rows: what is not in hand is asked for, and
/// comes as a snapshot.
/// </summary>
internal sealed class UiLoop : IDisposable
{
    /// <summary>How long an ESC may be the start of more; the rest of a sequence comes at once.</summary>
    private const int SequenceSilenceMs = 25;

    /// <summary>
    /// How often to look whether the terminal is ours again. SIGCONT tells it mostly, but not when the kernel
    /// has ignored our stop (no shell to continue us), nor when the shell brings to the foreground what it
    /// had already continued.
    /// </summary>
    private const int ForegroundCheckMs = 200;

    /// <summary>
    /// A key that wants other rows than those in hand is drawn with its rows if they come within this time,
    /// in one frame; else at once without them, and again when they come.
    /// </summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(2);

    /// <summary>Ctrl-\ is a fault of the program where frames are recorded for a test, and nothing elsewhere.</summary>
    private static readonly KeyEvent CrashKey = KeyEvent.Of('\\', KeyModifiers.Ctrl);

    private readonly RawTerminal _terminal;
    private readonly Inbox _inbox;
    private readonly ConnectionScreen _screen;
    private readonly FrameDiff _frames;
    private KeyReader _keys = new();
    private readonly CellBuffer _cells = new(0, 0);
    private readonly FrameRecorder? _recorder = FrameRecorder.FromEnvironment();
    private ViewState _state;
    private ScreenWishes _wishes;
    private ReadOnlyMemory<byte> _unsent;
    private bool _isDone;
    private long? _awaySinceMs;
    private long? _heldSince;
    private int _holdMs;

    public UiLoop(RawTerminal terminal, Inbox inbox, TerminalCapabilities capabilities, ViewState state)
    {
        _wishes = new ScreenWishes(state.Wanted, state.Interval);
        (_terminal, _inbox, _state) = (terminal, inbox, state);
        _screen = new ConnectionScreen(
            Theme.For(capabilities.Colors), capabilities.HasBlocks ? Glyphs.Blocks : Glyphs.Ascii);
        _frames = new FrameDiff(capabilities.Colors, capabilities.Utf8);
        Resize();
    }

    /// <summary>Any thread may read it.</summary>
    public ScreenWishes Wishes => Volatile.Read(ref _wishes);

    /// <summary>Called on this loop's thread when wishes cannot wait for the next refresh. It must not block.</summary>
    public Action? Wished { get; set; }

    private bool IsAway => _awaySinceMs is not null;

    /// <summary>Returns when the user or another thread wants to quit, or the terminal is gone.</summary>
    public void Run()
    {
        while (true)
        {
            TakeNotices();
            TakeSnapshot();
            if (_isDone)
                return;
            Draw();
            if (_isDone)
                return;
            Wait();
        }
    }

    public void Dispose()
    {
        _state.Snapshot?.Dispose();
        _recorder?.Dispose();
    }

    private void TakeNotices()
    {
        var notices = _inbox.TakeNotices();
        if ((notices & Notices.Quit) != 0)
            _isDone = true;
        else if ((notices & Notices.Continued) != 0)
            ComeBack();
        else if ((notices & Notices.Resized) != 0)
            Resize();
    }

    private void TakeSnapshot()
    {
        if (_inbox.TakeSnapshot() is not { } snapshot)
            return;
        // Of an order or filter that has been given up meanwhile; the one that was asked for instead is on its way.
        if (!_state.WouldHaveRightRows(snapshot))
        {
            snapshot.Dispose();
            return;
        }
        var replaced = _state.Snapshot;
        _state = _state.Show(snapshot);
        replaced?.Dispose();
        Publish(isUrgent: !_state.IsAnswered);
    }

    /// <summary>Makes known what is wanted now; urgent: without waiting for the next refresh.</summary>
    private void Publish(bool isUrgent)
    {
        var wishes = new ScreenWishes(_state.Wanted, _state.Interval);
        if (wishes == _wishes)
            return;
        isUrgent |= wishes.Interval != _wishes.Interval;
        Volatile.Write(ref _wishes, wishes);
        if (isUrgent)
            Wished?.Invoke();
    }

    private void Draw()
    {
        if (_state.IsAnswered)
            _heldSince = null;
        // Looked at once: whoever waits after a frame that was held must wait for its time, not for ever,
        // should that have just passed.
        _holdMs = HoldMs;
        if (IsAway || !_unsent.IsEmpty || _holdMs > 0)
            return;
        _screen.Draw(_cells, _state);
        _unsent = _frames.Encode(_cells);
        if (_unsent.IsEmpty)
            return;
        Send();
    }

    /// <summary>How long drawing still waits for the rows that a key wants; 0: not.</summary>
    private int HoldMs =>
        _heldSince is { } since && Stopwatch.GetElapsedTime(since) is var elapsed && elapsed < LongestHold
        ? (int)Math.Ceiling((LongestHold - elapsed).TotalMilliseconds)
        : 0;

    private void Send()
    {
        while (!_unsent.IsEmpty)
        {
            var written = _terminal.Write(_unsent.Span);
            if (written == 0)
                return;
            if (written < 0)
            {
                _isDone = true;
                return;
            }
            _unsent = _unsent[written..];
        }
        _recorder?.Record(_cells);
    }

    private void Wait()
    {
        var timeoutMs =
            IsAway ? ForegroundCheckMs : _holdMs > 0 ? _holdMs : _keys.AwaitsSequence ? SequenceSilenceMs : -1;
        var ready = _terminal.Wait(_inbox.Wake, forKeys: !IsAway, forRoom: !IsAway && !_unsent.IsEmpty, timeoutMs);
        if ((ready & TerminalReady.Woken) != 0)
            _inbox.Wake.Clear();
        if (_awaySinceMs is { } since)
        {
            if (Environment.TickCount64 - since >= ForegroundCheckMs)
                ComeBack();
            return;
        }
        if ((ready & TerminalReady.Room) != 0)
            Send();
        if ((ready & TerminalReady.Keys) != 0)
            ReadKeys();
        else if ((ready & TerminalReady.TimedOut) != 0 && _holdMs == 0)
            ObeyKeys(isComplete: true);
    }

    private void ReadKeys()
    {
        var read = _terminal.Read(_keys.Free);
        if (read < 0)
            _isDone = true;
        else
            _keys.Added(read);
        ObeyKeys(isComplete: false);
    }

    private void ObeyKeys(bool isComplete)
    {
        var before = _state;
        while (!_isDone && !IsAway && _keys.TryRead(isComplete, out var read))
        {
            if (BracketedPaste.Pass(read, _keys.IsPasting, _state.IsTyping) is { } key)
                Obey(key);
        }
        if (ReferenceEquals(_state, before))
            return;
        if (!_state.IsAnswered)
            _heldSince ??= Stopwatch.GetTimestamp();
        Publish(isUrgent: !_state.HasMargin);
    }

    private void Obey(KeyEvent key)
    {
        var command = KeyBindings.CommandOf(key, _state.IsTyping);
        switch (command)
        {
            case Command.Quit:
                _isDone = true;
                break;
            case Command.Suspend:
                Suspend();
                break;
            case Command.Repaint:
                _frames.Invalidate();
                break;
            case Command.None when _recorder is not null && key == CrashKey:
                throw new InvalidOperationException("a test asked for it");
            default:
                _state = ViewCommands.Obey(_state, command, key);
                break;
        }
    }

    /// <summary>
    /// The stop may come only after the call, so the terminal is not taken back here but by
    /// <see cref="ComeBack"/>.
    /// </summary>
    private void Suspend()
    {
        _terminal.Leave();
        _unsent = default;
        _awaySinceMs = Environment.TickCount64;
        _ = TerminalNative.Signal(TerminalNative.OwnGroup, TerminalNative.StopSignal);
    }

    /// <summary>Takes the terminal, if it is ours to take.</summary>
    private void ComeBack()
    {
        if (!_terminal.IsForeground)
        {
            _awaySinceMs = Environment.TickCount64;
            return;
        }
        try
        {
            _terminal.Enter();
        }
        catch (TerminalException)
        {
            // It worked when we opened it: it is gone by now.
            _isDone = true;
            return;
        }
        _awaySinceMs = null;
        _unsent = default;
        _keys = new KeyReader();
        Resize();
    }

    /// <summary>
    /// What the terminal made of its content in a resize is anybody's guess, so all of it is drawn anew.
    /// </summary>
    private void Resize()
    {
        var (width, height) = _terminal.Size;
        _cells.Resize(width, height);
        _frames.Invalidate();
        _state = _state.Resized(width, height);
        Publish(isUrgent: true);
    }
}
