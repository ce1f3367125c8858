using System.Runtime.InteropServices;
using Tcptop.Native;

namespace Tcptop.Streams;

/// <summary>
/// Keeps two tcptops that open one log at the same time apart, while each looks whether the file
/// has a header. Whoever may read a log may hold its lock, so it is not waited for for long. Not
/// the lock of flock(2): programs of .NET take that to read, and one of them would be refused.
/// </summary>
internal readonly unsafe struct HeaderLock : IDisposable
{
    /// <summary>Another tcptop holds it for 100 ms at most, where it waits for a row to end.</summary>
    private const int MostTries = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly int _fd;

    /// <summary>Where it cannot be had, what follows is done without.</summary>
    /// <param name="fd">Open for writing.</param>
    public HeaderLock(int fd)
    {
        _fd = fd;
        for (var tries = 1; !TrySet(fd, NativeMethods.WriteLock); tries++)
        {
            var errno = Marshal.GetLastPInvokeError();
            var isHeld = errno is NativeMethods.TryAgain or NativeMethods.AccessDenied;
            if (!isHeld || tries == MostTries)
                return;
            Thread.Sleep(Pause);
        }
    }

    public void Dispose() => TrySet(_fd, NativeMethods.Unlock);

    /// <summary>Of the whole file, for what is open here, whoever uses it.</summary>
    private static bool TrySet(int fd, short type)
    {
        var whole = new NativeMethods.FileLock { Type = type };
        return NativeMethods.fcntl(fd, NativeMethods.SetDescriptionLock, &whole) == 0;
    }
}
