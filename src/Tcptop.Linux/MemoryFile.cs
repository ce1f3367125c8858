using Microsoft.Win32.SafeHandles;

namespace Tcptop.Linux;

/// <summary>
/// A file in memory, for a library that takes a path and nothing else. It is gone when it is disposed.
/// </summary>
public sealed unsafe class MemoryFile : IDisposable
{
    private const uint CloseOnExec = 1; // MFD_CLOEXEC
    private const int LimitOfFileSize = 1; // RLIMIT_FSIZE

    private readonly SafeFileHandle _file;

    private MemoryFile(SafeFileHandle file) => _file = file;

    /// <summary>Of this process.</summary>
    public string Path => $"/proc/self/fd/{_file.DangerousGetHandle()}";

    /// <summary>Null where there is no memory for it, no right to a file of that size, or no path to it.</summary>
    public static MemoryFile? TryMake(string name, ReadOnlySpan<byte> content)
    {
        // To write more than that is death by SIGXFSZ, in memory too.
        var limits = stackalloc ulong[2];
        if (NativeMethods.getrlimit(LimitOfFileSize, limits) != 0 || limits[0] < (ulong)content.Length)
            return null;
        var made = NativeMethods.memfd_create(name, CloseOnExec);
        if (made < 0)
            return null;
        var file = new MemoryFile(new SafeFileHandle(made, ownsHandle: true));
        try
        {
            RandomAccess.Write(file._file, content, 0);
            using var byPath = File.OpenHandle(file.Path);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
