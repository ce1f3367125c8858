using System.Runtime.InteropServices;
using System.Text;

namespace Tcptop;

/// <summary>A stream of ours could not be written to.</summary>
internal sealed class StreamException(int errno) : Exception(Marshal.GetPInvokeErrorMessage(errno))
{
    private const int BrokenPipe = 32;

    /// <summary>The reader has gone, which is the normal end of <c>tcptop | head</c>.</summary>
    public bool ReaderHasGone { get; } = errno == BrokenPipe;
}

/// <summary>
/// Standard output and error by write(2). Not System.Console: it hides a broken pipe, and reconfigures the terminal. Not FileStream: it keeps a file
/// position of its own, and what the shell writes next to the same file would overwrite ours.
/// </summary>
internal static unsafe partial class StandardStreams
{
    private const int OutputFd = 1;
    private const int ErrorFd = 2;
    private const int Interrupted = 4;
    private const int TryAgain = 11;
    private const short Writable = 4; // POLLOUT

    public static bool OutputIsTerminal => isatty(OutputFd) != 0;

    /// <exception cref="StreamException"/>
    public static void Write(ReadOnlySpan<byte> bytes) => WriteAll(OutputFd, bytes);

    /// <exception cref="StreamException"/>
    public static void Write(string text) => WriteAll(OutputFd, Encoding.UTF8.GetBytes(text));

    /// <summary>An error that cannot be said is dropped: the exit code still tells.</summary>
    public static void WriteError(string line)
    {
        try
        {
            WriteAll(ErrorFd, Encoding.UTF8.GetBytes(line + "\n"));
        }
        catch (StreamException)
        {
            return;
        }
    }

    private static void WriteAll(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (nint at = 0; at < bytes.Length;)
            {
                var written = write(fd, start + at, (nuint)(bytes.Length - at));
                if (written >= 0)
                {
                    at += written;
                    continue;
                }
                var errno = Marshal.GetLastPInvokeError();
                if (errno == TryAgain)
                    WaitUntilWritable(fd);
                else if (errno != Interrupted)
                    throw new StreamException(errno);
            }
        }
    }

    /// <summary>Somebody has made the descriptor non-blocking, which it is then for us too.</summary>
    private static void WaitUntilWritable(int fd)
    {
        var poll = new PollFd { Fd = fd, Events = Writable };
        _ = StandardStreams.poll(&poll, 1, -1);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Fd;
        public short Events;
        public short ReturnedEvents;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollFd* fds, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc")]
    private static partial int isatty(int fd);
}
