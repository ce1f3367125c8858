using System.Runtime.InteropServices;
using Tcptop.Native;

namespace Tcptop.Lifetime;

/// <summary>
/// Signals that nobody sends to stop a program, and that end it all the same: what must be put
/// right before is, then they do. For builds that are not NativeAOT: the shipped binary has
/// terminal_guard.c, which also takes what the runtime, its debugger or the C library keep for
/// themselves (SIGSEGV, SIGFPE, SIGTRAP, 32 and 33).
/// </summary>
internal sealed class DeadlySignals : IDisposable
{
    private const int FirstRealTime = 35;
    private const int LastRealTime = 64;

    private static readonly int[] Named =
    [
        4, // SIGILL
        6, // SIGABRT
        7, // SIGBUS
        12, // SIGUSR2
        14, // SIGALRM
        16, // SIGSTKFLT
        24, // SIGXCPU
        26, // SIGVTALRM
        27, // SIGPROF
        29, // SIGIO
        30, // SIGPWR
        31, // SIGSYS
    ];

    private readonly List<PosixSignalRegistration> _registrations = [];

    public DeadlySignals()
    {
        var realTime = Enumerable.Range(FirstRealTime, LastRealTime - FirstRealTime + 1);
        foreach (var signal in Named.Concat(realTime))
        {
            _registrations.Add(PosixSignalRegistration.Create(
                (PosixSignal)signal, context => End(context, signal)));
        }
    }

    /// <summary>What has to be put right first; on a thread of the runtime.</summary>
    public Action? Before { get; set; }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private void End(PosixSignalContext context, int signal)
    {
        // The default that the runtime would make of it may be a handler of its own: no death.
        context.Cancel = true;
        Before?.Invoke();
        _ = NativeMethods.signal(signal, NativeMethods.DefaultAction);
        _ = NativeMethods.kill(Environment.ProcessId, signal);
    }
}
