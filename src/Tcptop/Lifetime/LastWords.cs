using Tcptop.Native;
using Tcptop.Streams;

namespace Tcptop.Lifetime;

/// <summary>
/// What no thread catches ends the process: as an error of this program ends it, in one line and with its
/// exit code, and not in the runtime's words with a dump. For want of memory or threads that may happen
/// anywhere.
/// </summary>
internal static class LastWords
{
    /// <summary>What has to be put right first: the terminal, or a row that another thread is writing.</summary>
    public static Action? Before { get; set; }

    /// <param name="report">Says what it was; returns the exit code.</param>
    public static void Register(Func<Exception, int> report) =>
        AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
        {
            try
            {
                Before?.Invoke();
            }
            catch (Exception)
            {
                // For want of memory even this may fail; what comes now ends the process.
            }
            NativeMethods._exit(
                unhandled.ExceptionObject is Exception failure ? End(failure, report) : ExitCode.Failed);
        };

    private static int End(Exception failure, Func<Exception, int> report)
    {
        if (!ThreadLimit.IsHearingSignals || !ThreadLimit.IsCauseOf(failure))
            return report(failure);
        StandardStreams.WriteError(
            $"note: stopped at once, without what was still to be written: {ThreadLimit.Message}");
        return ExitCode.Ok;
    }
}
