using System.Runtime.InteropServices;

namespace Tcptop.Lifetime;

/// <summary>
/// SIGINT, SIGTERM, SIGHUP and SIGQUIT as a request to stop: stopping a monitor is its normal end. A second
/// request, or a reader that holds up our last write for too long, ends the process at once; the kernel then
/// takes the programs down.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _request = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Lock _gate = new();
    private volatile bool _isRequested;
    private Timer? _impatience;

    public StopSignals()
    {
        foreach (var signal in SignalMask.ToStop)
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, Stop));
        // Not sooner: the runtime's thread for signals must not inherit it.
        SignalMask.BlockRequests();
    }

    /// <summary>With what is still to be done.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Who asks again does not want to wait for what is still to be done.</summary>
    public bool IsRepeated { get; private set; }

    public bool Requested => _isRequested;

    /// <summary>Cancelled by the first request, on a thread of the runtime.</summary>
    public CancellationToken Token => _request.Token;

    /// <summary>True when a request came before the time had passed.</summary>
    public bool Wait(TimeSpan timeout) => Token.WaitHandle.WaitOne(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero);

    /// <summary>
    /// What is still to be done after a request goes on, and is waited for anew: of that which has an end,
    /// like printing what has gathered.
    /// </summary>
    public void Progressed()
    {
        lock (_gate)
            _impatience?.Change(Patience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// What comes when the process does not end by itself in time; for the screen, to restore the terminal.
    /// </summary>
    public Action? LastResort { get; set; }

    /// <summary>Ends the process.</summary>
    internal Action End { get; init; } = static () => Environment.Exit(ExitCode.Ok);

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _impatience?.Dispose();
    }

    internal void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_gate)
        {
            IsRepeated = Requested;
            if (!IsRepeated)
            {
                _isRequested = true;
                _impatience = BeImpatient();
            }
        }
        // Not under the lock: it may wait for a writer, who says that he gets on.
        if (IsRepeated)
            EndNow();
        else
            _request.Cancel();
    }

    /// <summary>The runtime starts a thread for it. Without one, what is still to be done is waited for.</summary>
    private Timer? BeImpatient()
    {
        try
        {
            return new Timer(_ => EndNow(), null, Patience, Timeout.InfiniteTimeSpan);
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            return null;
        }
    }

    private void EndNow()
    {
        LastResort?.Invoke();
        End();
    }
}
