using System.Runtime.InteropServices;
using Tcptop.Table;
using Tcptop.Tui.Grid;
using Tcptop.Tui.Terminal;
using Tcptop.Tui.View;

namespace Tcptop.Tui;

/// <summary>
/// The full-screen view on the terminal of standard input and output. From <see cref="Enter"/> to
/// <see cref="Restore"/> the terminal is raw: nobody else may write to it, touch System.Console's terminal
/// members or start a process that shares it.
/// </summary>
public sealed class FullScreen : IDisposable
{
    private readonly RawTerminal _terminal;
    private readonly Inbox _inbox = new();
    private readonly UiLoop _loop;
    private readonly PosixSignalRegistration _resized;
    private readonly PosixSignalRegistration _continued;

    private FullScreen(RawTerminal terminal, FullScreenOptions options)
    {
        _terminal = terminal;
        var capabilities = TerminalCapabilities.Detect(Environment.GetEnvironmentVariable, options.NoColor);
        // Before the size is first asked for, so that no change of it is missed.
        _resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => _inbox.Post(Notices.Resized));
        _continued = PosixSignalRegistration.Create(PosixSignal.SIGCONT, OnContinued);
        _loop = new UiLoop(terminal, _inbox, capabilities, new ViewState
        {
            Interval = options.Interval,
            FilterText = options.FilterText,
            Chosen = options.Fields is { } fields ? Columns.Of(fields) : Columns.Default,
            Order = options.Order,
            NotSeen = [.. options.NotSeen.Select(static missing => missing.ToString())],
            Started = options.Clock.GetElapsedTime(0),
            StartedAt = options.Clock.GetUtcNow(),
            Local = options.Local,
        });
    }

    /// <summary>
    /// Whether any signal that kills gives the terminal back first: so it is in the shipped binary.
    /// </summary>
    public static bool OutlastsSignals => TerminalGuard.IsThere;

    /// <summary>What the user wants to see now. Any thread.</summary>
    public ScreenWishes Wishes => _loop.Wishes;

    /// <summary>
    /// Called when wishes cannot wait for the next refresh, on the screen's thread; it must not block. To be
    /// set before <see cref="Run"/>.
    /// </summary>
    public Action? Wished
    {
        get => _loop.Wished;
        set => _loop.Wished = value;
    }

    /// <summary>
    /// The terminal as it is: what must restore it in an emergency can be told of the screen first.
    /// The caller has made sure that standard output is a terminal.
    /// </summary>
    /// <exception cref="TerminalException">It cannot show a full screen.</exception>
    public static FullScreen Open(FullScreenOptions options)
    {
        var type = Environment.GetEnvironmentVariable("TERM");
        if (!TerminalCapabilities.CanShowScreen(type))
        {
            throw new TerminalException(string.IsNullOrEmpty(type)
                ? "TERM is not set, so the type of the terminal is unknown"
                : $"the terminal (TERM={type}) cannot show a full screen");
        }
        var terminal = RawTerminal.Open();
        try
        {
            return new FullScreen(terminal, options);
        }
        catch
        {
            terminal.Dispose();
            throw;
        }
    }

    /// <summary>Takes the terminal, unless <see cref="Restore"/> was called.</summary>
    /// <exception cref="TerminalException">It does not let itself be taken.</exception>
    public void Enter() => _terminal.Enter();

    /// <summary>
    /// Shows this snapshot next and takes ownership of it. Any thread; never waits for the terminal: of
    /// several that come while it is slow, the latest is shown.
    /// </summary>
    public void Show(Snapshot snapshot) => _inbox.Post(snapshot);

    /// <summary>
    /// Shows snapshots and obeys keys until the user quits, <see cref="Quit"/> is called or the terminal is
    /// gone; then the terminal is as it was. So it is also when an exception comes out of here.
    /// </summary>
    public void Run()
    {
        try
        {
            _loop.Run();
        }
        catch
        {
            // Not in a finally block: NativeAOT runs none when nobody catches the exception.
            Restore();
            throw;
        }
        Restore();
    }

    /// <summary>Makes <see cref="Run"/> return. Any thread.</summary>
    public void Quit() => _inbox.Post(Notices.Quit);

    /// <summary>
    /// The terminal as it was. Any thread, any number of times, also from a handler of unhandled exceptions.
    /// </summary>
    public void Restore() => _terminal.End();

    public void Dispose()
    {
        Restore();
        _resized.Dispose();
        _continued.Dispose();
        _inbox.Dispose();
        _loop.Dispose();
        _terminal.Dispose();
    }

    private void OnContinued(PosixSignalContext context)
    {
        // Keeps the runtime from setting terminal modes of its own.
        context.Cancel = true;
        _inbox.Post(Notices.Continued);
    }
}
