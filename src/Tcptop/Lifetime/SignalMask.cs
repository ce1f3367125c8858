using Tcptop.Native;

namespace Tcptop.Lifetime;

/// <summary>
/// A signal goes to one thread that does not block it, and stays with that thread even where it is held up in
/// a file for ever. So the runtime's own thread for signals alone takes those that must be heard: all that
/// this program starts inherit what its first thread blocks.
/// </summary>
internal static unsafe class SignalMask
{
    /// <summary>SIGUSR1, the request to open the log anew.</summary>
    public const int ToReopen = 10;

    private const int Hangup = 1;
    private const int Interrupt = 2;
    private const int Quit = 3;
    private const int Terminate = 15;

    /// <summary>Those that ask to stop.</summary>
    public static ReadOnlySpan<int> ToStop => [Interrupt, Terminate, Hangup, Quit];

    /// <summary>
    /// Those that ask to stop or to open the log anew: for the calling thread and those that it starts from
    /// now on.
    /// </summary>
    public static void BlockRequests()
    {
        var set = stackalloc ulong[NativeMethods.SignalSetWords];
        new Span<ulong>(set, NativeMethods.SignalSetWords).Clear();
        set[0] = BitOf(ToReopen);
        foreach (var signal in ToStop)
            set[0] |= BitOf(signal);
        _ = NativeMethods.pthread_sigmask(NativeMethods.BlockSignals, set, null);
    }

    private static ulong BitOf(int signal) => 1UL << (signal - 1);
}
