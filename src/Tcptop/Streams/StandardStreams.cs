using System.Runtime.InteropServices;
using System.Text;
using Tcptop.Native;

namespace Tcptop.Streams;

/// <summary>Something could not be written; the message says what, and why.</summary>
internal sealed class StreamException(string message, int errno = 0, bool isWrongFile = false) : Exception(message)
{
    /// <summary>The user named a file that is something else: it would be the same the next time.</summary>
    public bool IsWrongFile { get; } = isWrongFile;

    /// <summary>What the kernel said; 0 where it was not the kernel.</summary>
    public int Errno { get; } = errno;

    /// <summary>The normal end of <c>tcptop | head</c>.</summary>
    public bool ReaderHasGone => Errno == NativeMethods.BrokenPipe;

    /// <param name="deed">What was tried: <c>cannot write to standard output</c>.</param>
    /// <param name="errno">What the kernel said.</param>
    public static StreamException From(string deed, int errno) =>
        new($"{deed}: {Marshal.GetPInvokeErrorMessage(errno)}", errno);
}

/// <summary>
/// Standard output and error by write(2). Not System.Console: it hides a broken pipe, and reconfigures the
/// terminal. Not FileStream: it keeps a file position of its own, and what the shell writes next to the same
/// file would overwrite ours.
/// </summary>
internal static unsafe class StandardStreams
{
    public const int OutputFd = 1;

    private const int InputFd = 0;
    private const int ErrorFd = 2;

    public static bool OutputIsTerminal => NativeMethods.isatty(OutputFd) != 0;

    /// <summary>
    /// Before anything is opened: what is opened next would be given the number of a stream that is closed,
    /// and the runtime's pipe of signals would then be what is written to. Input is opened to write and
    /// output to read: whoever uses the stream is refused (EBADF), as where it is closed.
    /// </summary>
    public static void FillClosed()
    {
        for (var fd = InputFd; fd <= ErrorFd; fd++)
        {
            if (NativeMethods.fcntl(fd, NativeMethods.GetDescriptorFlags) < 0)
                _ = NativeMethods.open(
                    "/dev/null", fd == InputFd ? NativeMethods.WriteOnly : NativeMethods.ReadOnly, 0);
        }
    }

    /// <exception cref="StreamException"/>
    public static void Write(ReadOnlySpan<byte> bytes)
    {
        var errno = WriteAll(OutputFd, bytes, out _);
        if (errno != 0)
            throw StreamException.From("cannot write to standard output", errno);
    }

    /// <exception cref="StreamException"/>
    public static void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <summary>An error that cannot be said is dropped: the exit code still tells.</summary>
    public static void WriteError(string line) => _ = WriteAll(ErrorFd, Encoding.UTF8.GetBytes(line + "\n"), out _);

    /// <summary>Returns 0 when all was written; else the error, and how much was.</summary>
    public static int WriteAll(int fd, ReadOnlySpan<byte> bytes, out int written)
    {
        written = 0;
        fixed (byte* start = bytes)
        {
            while (written < bytes.Length)
            {
                var piece = NativeMethods.write(fd, start + written, (nuint)(bytes.Length - written));
                if (piece >= 0)
                {
                    written += (int)piece;
                    continue;
                }
                var errno = Marshal.GetLastPInvokeError();
                if (errno == NativeMethods.TryAgain)
                    WaitUntilWritable(fd);
                else if (errno != NativeMethods.Interrupted)
                    return errno;
            }
        }
        return 0;
    }

    /// <summary>Whether a pipe has lost its last reader. False of anything else.</summary>
    public static bool ReaderHasGone(int fd)
    {
        var poll = new NativeMethods.PollFd { Fd = fd };
        return NativeMethods.poll(&poll, 1, 0) == 1 && (poll.ReturnedEvents & NativeMethods.Error) != 0;
    }

    /// <summary>Somebody has made the descriptor non-blocking, which it is then for us too.</summary>
    private static void WaitUntilWritable(int fd)
    {
        var poll = new NativeMethods.PollFd { Fd = fd, Events = NativeMethods.Writable };
        _ = NativeMethods.poll(&poll, 1, -1);
    }
}
