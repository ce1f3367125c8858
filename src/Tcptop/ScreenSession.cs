using System.Diagnostics;
using Tcptop.Tui;

namespace Tcptop;

/// <summary>
/// The full-screen view: this thread is the screen's, another samples, so that a slow terminal never delays a sample nor a sample a key.
/// </summary>
internal sealed class ScreenSession(TcptopOptions options, Sampler sampler, StopSignals stop)
{
    private Exception? _samplingFailure;

    public int Run()
    {
        using var screen = FullScreen.Open(new FullScreenOptions { Interval = options.Interval, FilterText = options.Filter.ToString(), NoColor = options.NoColor });
        stop.LastResort = screen.Restore;
        stop.WhenRequested(screen.Quit);
        using var ended = new ManualResetEventSlim();
        // An exception that nobody catches ends the process without running "finally": the terminal is restored here too.
        AppDomain.CurrentDomain.UnhandledException += (_, _) => screen.Restore();
        var sampling = new Thread(() => SampleUntil(ended, screen)) { IsBackground = true, Name = "sampler" };
        sampling.Start();
        try
        {
            screen.Run();
        }
        finally
        {
            ended.Set();
            sampling.Join();
        }
        return _samplingFailure is null ? ExitCode.Ok : throw new SamplingException(_samplingFailure);
    }

    private void SampleUntil(ManualResetEventSlim ended, FullScreen screen)
    {
        try
        {
            var schedule = new RefreshSchedule(TimeSpan.Zero, options.Interval);
            var started = Stopwatch.StartNew();
            var refresh = 0;
            do
            {
                screen.Show(sampler.Sample(screen.MaxRows));
                refresh++;
            }
            while (refresh != options.Count && !ended.Wait(Positive(schedule.UntilNext(started.Elapsed))));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _samplingFailure = e;
        }
        // Also after the last of -n refreshes.
        screen.Quit();
    }

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;
}

/// <summary>The sampling thread has ended by this.</summary>
internal sealed class SamplingException(Exception cause) : Exception(cause.Message, cause);
