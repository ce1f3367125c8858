using System.Runtime.InteropServices;
using Tcptop.Streams;

namespace Tcptop.Lifetime;

/// <summary>
/// SIGUSR1 as the request to open the log again, from before there is a log to after its end, and where there
/// will be none: its default is death, of which no terminal recovers, and which the runtime makes of one that
/// is on its way when nobody takes it any more.
/// </summary>
internal sealed class ReopenSignal
{
    private static PosixSignalRegistration? _registration;

    private readonly Lock _gate = new();
    private OutputFile? _log;
    private bool _cameEarly;

    public ReopenSignal() => _registration ??= PosixSignalRegistration.Create((PosixSignal)SignalMask.ToReopen, Take);

    /// <summary>One that came while the log was being opened may have missed it.</summary>
    public void Reopens(OutputFile log)
    {
        bool cameEarly;
        lock (_gate)
        {
            _log = log;
            cameEarly = _cameEarly;
        }
        if (cameEarly)
            log.Reopen();
    }

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;
        // To open the file may take this thread for ever.
        SignalMask.BlockRequests();
        OutputFile? log;
        lock (_gate)
        {
            log = _log;
            _cameEarly = log is null;
        }
        log?.Reopen();
    }
}
