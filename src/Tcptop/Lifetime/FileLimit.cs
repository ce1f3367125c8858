using System.ComponentModel;
using Tcptop.Linux;
using Tcptop.Streams;

namespace Tcptop.Lifetime;

/// <summary>
/// Whatever was tried, there is one cause when too many files are open, and one line that names
/// it: what fails first for want of a descriptor is chance.
/// </summary>
internal static class FileLimit
{
    private const string TooMany = "too many open files; ";

    private const int Few = 4;

    /// <summary>
    /// What to say where so few can be opened that nothing is sure; else null. To be asked before
    /// what a failure is: a build that is not one file opens some for the answer, and .NET would
    /// say they are not there.
    /// </summary>
    public static string? UsedUp
    {
        get
        {
            var opened = new List<IDisposable>();
            try
            {
                while (opened.Count < Few)
                    opened.Add(File.OpenHandle("/proc/self/stat"));
                return null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return KernelException.MeansShortOfFiles(e.HResult) ? TooMany + Remedy(e.HResult) : null;
            }
            finally
            {
                foreach (var file in opened)
                    file.Dispose();
            }
        }
    }

    /// <summary>What to say; null when it was something else.</summary>
    public static string? Reached(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            var errno = ErrnoOf(cause);
            if (KernelException.MeansShortOfFiles(errno))
                return $"{Deed(cause)}{Remedy(errno)}";
        }
        return null;
    }

    private static int ErrnoOf(Exception cause) => cause switch
    {
        KernelException refused => refused.Errno,
        StreamException refused => refused.Errno,
        Win32Exception refused => refused.NativeErrorCode,
        IOException => cause.HResult, // .NET hands on what the kernel said
        _ => 0,
    };

    private static string Deed(Exception cause) =>
        cause is KernelException or StreamException ? $"{cause.Message}; " : TooMany;

    private static string Remedy(int errno) => errno == KernelException.TooManyOpenFilesOnHost
        ? "raise the limit of the host (sysctl fs.file-max)"
        : "raise the limit (ulimit -n)";
}
