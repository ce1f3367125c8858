using System.Runtime.InteropServices;

namespace Tcptop;

/// <summary>
/// SIGINT, SIGTERM, SIGHUP and SIGQUIT as a request to stop: stopping a monitor is its normal end. A second request, or a reader that holds up our last
/// write for too long, ends the process at once; the kernel then takes the programs down.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ManualResetEventSlim _requested = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Lock _gate = new();
    private Action? _onStop;
    private Timer? _impatience;

    public StopSignals()
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT })
            _registrations.Add(PosixSignalRegistration.Create(signal, Stop));
    }

    /// <summary>Who asks again does not want to wait for what is still to be done.</summary>
    public bool IsRepeated { get; private set; }

    public bool Requested => _requested.IsSet;

    /// <summary>True when a request came before the time had passed.</summary>
    public bool Wait(TimeSpan timeout) => _requested.Wait(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero);

    /// <summary>Runs this once, on a thread of the runtime, when the first request comes, or at once when it has come.</summary>
    public void WhenRequested(Action action)
    {
        lock (_gate)
        {
            if (!Requested)
            {
                _onStop = action;
                return;
            }
        }
        action();
    }

    /// <summary>
    /// What is still to be done after a request goes on, and is waited for anew: of that which has an end, like printing what has gathered.
    /// </summary>
    public void Progressed()
    {
        lock (_gate)
            _impatience?.Change(Patience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What comes when the process does not end by itself in time; for the screen, to restore the terminal.</summary>
    public Action? LastResort { get; set; }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _impatience?.Dispose();
        _requested.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        Action? onStop;
        lock (_gate)
        {
            if (Requested)
            {
                IsRepeated = true;
                EndNow();
                return;
            }
            _impatience = new Timer(_ => EndNow(), null, Patience, Timeout.InfiniteTimeSpan);
            _requested.Set();
            onStop = _onStop;
        }
        onStop?.Invoke();
    }

    private void EndNow()
    {
        LastResort?.Invoke();
        Environment.Exit(ExitCode.Ok);
    }
}
