using Tcptop.Linux;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// A filter of system calls, as containers have it: it refuses what capabilities allow.
/// </summary>
internal static class Seccomp
{
    private const string Field = "Seccomp:";
    private const string Filter = "2"; // SECCOMP_MODE_FILTER
    private const int NotImplemented = 38; // ENOSYS

    /// <summary>What filters answer to what they refuse. Any other error is somebody else's.</summary>
    public static bool MayAnswer(int errno) => errno is KernelException.NotPermitted or NotImplemented;

    public static bool IsFiltering()
    {
        try
        {
            return IsFiltering(File.ReadLines("/proc/self/status"));
        }
        catch (IOException e) when (!KernelException.IsShortOfFilesIn(e))
        {
            return false;
        }
    }

    /// <param name="statusLines">Of <c>/proc/PID/status</c>.</param>
    internal static bool IsFiltering(IEnumerable<string> statusLines) =>
        statusLines.Any(static line => line.StartsWith(Field, StringComparison.Ordinal)
            && line.AsSpan(Field.Length).Trim().SequenceEqual(Filter));
}
