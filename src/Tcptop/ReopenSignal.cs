using System.Runtime.InteropServices;

namespace Tcptop;

/// <summary>
/// SIGUSR1 as the request to open the log again, from before there is a log to after its end, and where there will be none: its default is death, of which no
/// terminal recovers, and which the runtime makes of one that is on its way when nobody takes it any more.
/// </summary>
internal sealed class ReopenSignal
{
    private const PosixSignal UserDefined1 = (PosixSignal)10; // SIGUSR1

    private static PosixSignalRegistration? _registration;

    private readonly Lock _gate = new();
    private OutputFile? _log;
    private bool _cameEarly;

    public ReopenSignal() => _registration ??= PosixSignalRegistration.Create(UserDefined1, Take);

    /// <summary>One that came while the log was being opened may have missed it.</summary>
    public void Reopens(OutputFile log)
    {
        lock (_gate)
        {
            _log = log;
            if (_cameEarly)
                log.Reopen();
        }
    }

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_gate)
        {
            _cameEarly = _log is null;
            _log?.Reopen();
        }
    }
}
