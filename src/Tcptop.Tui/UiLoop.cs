using Tcptop.Tui.Cells;
using Tcptop.Tui.Input;
using Tcptop.Tui.Screens;
using Tcptop.Tui.Terminal;

namespace Tcptop.Tui;

/// <summary>
/// The screen's thread: sleeps until a key, a snapshot or a notice comes, then draws what has changed. It never blocks on a terminal that
/// takes no more: what is unsent waits, keys are still heard, and the next frame shows whatever is the latest then.
/// </summary>
internal sealed class UiLoop : IDisposable
{
    /// <summary>How long an ESC may be the start of more; the rest of a sequence comes at once.</summary>
    private const int SequenceSilenceMs = 25;

    /// <summary>
    /// How often to look whether the terminal is ours again. SIGCONT tells it mostly, but not when the kernel has ignored our stop (no
    /// shell to continue us), nor when the shell brings to the foreground what it had already continued.
    /// </summary>
    private const int ForegroundCheckMs = 200;

    private readonly RawTerminal _terminal;
    private readonly Inbox _inbox;
    private readonly ConnectionScreen _screen;
    private readonly FrameDiff _frames;
    private readonly KeyReader _keys = new();
    private readonly CellBuffer _cells = new(0, 0);
    private ViewState _state;
    private ReadOnlyMemory<byte> _unsent;
    private int _maxRows;
    private bool _isDone;
    private long? _awaySinceMs;

    public UiLoop(RawTerminal terminal, Inbox inbox, TerminalCapabilities capabilities, ViewState state)
    {
        (_terminal, _inbox, _state) = (terminal, inbox, state);
        _screen = new ConnectionScreen(Theme.For(capabilities.Colors), capabilities.HasBlocks ? Glyphs.Blocks : Glyphs.Ascii);
        _frames = new FrameDiff(capabilities.Colors, capabilities.Utf8);
        Resize();
    }

    /// <summary>Any thread may read it.</summary>
    public int MaxRows => Volatile.Read(ref _maxRows);

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

    public void Dispose() => _state.Snapshot?.Dispose();

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
        var replaced = _state.Snapshot;
        _state = _state.Show(snapshot);
        replaced?.Dispose();
        UpdateMaxRows();
    }

    private void Draw()
    {
        if (IsAway || !_unsent.IsEmpty)
            return;
        _screen.Draw(_cells, _state);
        _unsent = _frames.Encode(_cells);
        Send();
    }

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
    }

    private void Wait()
    {
        var timeoutMs = IsAway ? ForegroundCheckMs : _keys.AwaitsSequence ? SequenceSilenceMs : -1;
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
        else if ((ready & TerminalReady.TimedOut) != 0)
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
        while (!_isDone && _keys.TryRead(isComplete, out var key))
            Obey(KeyBindings.CommandOf(key));
    }

    private void Obey(Command command)
    {
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
        }
    }

    /// <summary>The stop may come only after the call, so the terminal is not taken back here but by <see cref="ComeBack"/>.</summary>
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
        Resize();
    }

    /// <summary>What the terminal made of its content in a resize is anybody's guess, so all of it is drawn anew.</summary>
    private void Resize()
    {
        var (width, height) = _terminal.Size;
        _cells.Resize(width, height);
        _frames.Invalidate();
        UpdateMaxRows();
    }

    private void UpdateMaxRows() => Volatile.Write(ref _maxRows, ConnectionScreen.RowsThatFit(_cells, _state));
}
