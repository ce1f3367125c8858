using Tcptop.Native;

namespace Tcptop.Lifetime;

/// <summary>
/// No thread could be had: for their number, or for the memory of a stack. The runtime says that
/// memory is lacking, or that some file cannot be opened.
/// </summary>
internal static class ThreadLimit
{
    public const string Message = "cannot start a thread; raise the limits of this shell "
        + "(ulimit -u, -v, -d) or of its cgroup (pids.max)";

    /// <summary>
    /// What the runtime calls the thread that hears signals; each that asks to stop gets another.
    /// </summary>
    private const string SignalThread = ".NET SigHandler";

    private const string OwnName = "/proc/thread-self/comm";

    /// <summary>Whether none can be had now, or this happened in starting one.</summary>
    public static bool IsCauseOf(Exception failure) =>
        failure is ThreadStartException or IOException { HResult: NativeMethods.TryAgain }
            || WasInStart(failure) || IsReached;

    /// <summary>Signals need one: for want of it, .NET hands on what the kernel said.</summary>
    public static bool IsOfSignals(Exception failure) =>
        failure is IOException { HResult: NativeMethods.TryAgain or NativeMethods.NoMemory };

    /// <summary>
    /// Whether this thread hears signals. What it fails at is to start the one for SIGINT, SIGTERM
    /// or SIGQUIT; others wait in a queue.
    /// </summary>
    public static bool IsHearingSignals
    {
        get
        {
            try
            {
                return File.ReadAllText(OwnName).TrimEnd('\n') == SignalThread;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    private static bool IsReached
    {
        get
        {
            try
            {
                var thread = new Thread(static () => { });
                thread.Start();
                thread.Join();
                return false;
            }
            catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
            {
                return true;
            }
        }
    }

    /// <summary>Further down, every trace of a thread but the first has its beginning.</summary>
    private static bool WasInStart(Exception failure) =>
        failure.StackTrace is { } trace
        && trace.TrimStart().StartsWith("at System.Threading.Thread.", StringComparison.Ordinal);
}
