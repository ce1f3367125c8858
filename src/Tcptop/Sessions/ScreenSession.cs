using System.Diagnostics;
using Tcptop.Cli;
using Tcptop.Lifetime;
using Tcptop.Model;
using Tcptop.Tui;

namespace Tcptop.Sessions;

/// <summary>
/// The full-screen view: this thread is the screen's, one refreshes the table, one cuts out of it the rows
/// that are wanted. So a slow terminal never delays a refresh, and neither a refresh nor a sort ever delays a
/// key.
/// </summary>
internal sealed class ScreenSession(
    TcptopOptions options, Sampler sampler, IReadOnlyList<Missing> notSeen, StopSignals stop)
    : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly AutoResetEvent _windowDue = new(false);
    private readonly AutoResetEvent _intervalChanged = new(false);
    private Exception? _failure;

    public int Run()
    {
        // From before the terminal is switched until it has been restored.
        using var deadly = FullScreen.OutlastsSignals ? null : new DeadlySignals();
        using var screen = FullScreen.Open(new FullScreenOptions
        {
            Interval = options.Interval,
            FilterText = options.Filter.ToString(),
            NotSeen = notSeen,
            NoColor = options.NoColor,
            Fields = options.ChosenFields,
            Order = options.Rows.Order,
            Local = LocalTime.OffsetAt,
        });
        stop.LastResort = screen.Restore;
        deadly?.Before = screen.Restore;
        using var quit = stop.Token.UnsafeRegister(static screen => ((FullScreen)screen!).Quit(), screen);
        screen.Wished = OnWished;
        sampler.NamesCame = () => _windowDue.Set();
        // An exception that nobody catches ends the process without running "finally": the terminal is
        // restored here too.
        LastWords.Before = screen.Restore;
        screen.Enter();
        var threads = (Thread[])[Start("sampler", screen, RefreshTable), Start("view", screen, CutWindows)];
        try
        {
            screen.Run();
        }
        finally
        {
            sampler.NamesCame = null;
            _ended.Cancel();
            foreach (var thread in threads)
                thread.Join();
        }
        return _failure is null ? ExitCode.Ok : throw new SamplingException(_failure);
    }

    public void Dispose()
    {
        _ended.Dispose();
        _windowDue.Dispose();
        _intervalChanged.Dispose();
    }

    private void OnWished()
    {
        _intervalChanged.Set();
        _windowDue.Set();
    }

    /// <summary>Whatever ends one of these threads ends the screen.</summary>
    private Thread Start(string name, FullScreen screen, Action<FullScreen> work)
    {
        var thread = new Thread(() =>
        {
            try
            {
                work(screen);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Interlocked.CompareExchange(ref _failure, e, null);
            }
            screen.Quit();
        })
        { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }

    private void RefreshTable(FullScreen screen)
    {
        var clock = Stopwatch.StartNew();
        var interval = screen.Wishes.Interval;
        var schedule = new RefreshSchedule(TimeSpan.Zero, interval);
        for (var refresh = 1; ; refresh++)
        {
            var refreshed = clock.Elapsed;
            sampler.Refresh();
            _windowDue.Set();
            if (refresh == options.Count)
                return;
            var due = clock.Elapsed + schedule.UntilNext(refreshed, clock.Elapsed);
            while (!WaitUntil(due, clock))
            {
                if (_ended.IsCancellationRequested)
                    return;
                if (screen.Wishes.Interval == interval)
                    continue;
                // The one that has been waited for comes an interval after the one before, whichever interval that is.
                interval = screen.Wishes.Interval;
                schedule = new RefreshSchedule(refreshed, interval);
                due = clock.Elapsed + schedule.UntilNext(refreshed, clock.Elapsed);
            }
        }
    }

    /// <summary>False when the wait was broken off, for the interval or the end.</summary>
    private bool WaitUntil(TimeSpan due, Stopwatch clock)
    {
        var left = due - clock.Elapsed;
        return left <= TimeSpan.Zero
            ? !_ended.IsCancellationRequested
            : WaitHandle.WaitAny([_intervalChanged, _ended.Token.WaitHandle], left) == WaitHandle.WaitTimeout;
    }

    private void CutWindows(FullScreen screen)
    {
        var wanted = default(Table.ViewRequest);
        while (WaitHandle.WaitAny([_windowDue, _ended.Token.WaitHandle]) == 0)
        {
            var request = screen.Wishes.View;
            // A paused table does not change.
            if (request.IsPaused && request == wanted)
                continue;
            if (sampler.Window(request) is not { } snapshot)
                continue;
            wanted = request;
            screen.Show(snapshot);
        }
    }
}

/// <summary>The sampling thread has ended by this.</summary>
internal sealed class SamplingException(Exception cause) : Exception(cause.Message, cause);
