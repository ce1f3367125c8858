using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tcptop.Native;

namespace Tcptop.Streams;

/// <summary>How a file begins, or an older one goes on.</summary>
internal sealed unsafe partial class OutputFile
{
    private const int MostLooks = 10;

    private static readonly Action PauseShortly = static () => Thread.Sleep(10);

    /// <summary>Until they may have written more.</summary>
    private Action _waitForOthers = PauseShortly;

    /// <summary>What is another file is so again; room there may be another time.</summary>
    private StreamException FailureOf(Trouble trouble) => trouble.Errno != 0
        ? StreamException.From($"cannot write to {_name}", trouble.Errno)
        : new StreamException(
            $"cannot append to {_name}: {trouble.Reason}; choose another file or drop --append",
            isWrongFile: true);

    /// <summary>Null, or why rows cannot be written there.</summary>
    /// <param name="fd">Of a regular file.</param>
    private Trouble? BeginOrGoOn(int fd)
    {
        using var alone = new HeaderLock(fd);
        // It has something in it, perhaps since a moment ago: it is not for us to begin it.
        if (NativeMethods.FileStatus.Of(fd).Size != 0)
            return GoOn(fd);
        return Trouble.From(WriteBeginning(fd));
    }

    /// <summary>
    /// Makes a file that has rows ready for more. A row that has no end, as a host leaves it that
    /// lost its power, is closed so that it spoils no other. What may be written and not read is
    /// not looked at.
    /// </summary>
    private Trouble? GoOn(int fd)
    {
        var readable = NativeMethods.open(
            $"/proc/self/fd/{fd}", NativeMethods.ReadOnly | NativeMethods.CloseOnExec, 0);
        if (readable < 0)
        {
            var refusal = Marshal.GetLastPInvokeError();
            return refusal is NativeMethods.AccessDenied or NativeMethods.NotPermitted
                ? null
                : Trouble.From(refusal);
        }
        using var file = new SafeFileHandle(readable, ownsHandle: true);
        var beginning = new byte[_beginning.Length];
        var errno = Read(readable, beginning, 0, out var length);
        if (errno != 0)
            return Trouble.From(errno);
        if (!beginning.AsSpan(0, length).SequenceEqual(_beginning))
            return new Trouble("its first line is not the header of this log", 0);
        if (EndsInRow(readable, out errno) || errno != 0)
            return Trouble.From(errno);
        errno = StandardStreams.WriteAll(fd, "\n"u8, out _);
        if (errno == 0)
            StandardStreams.WriteError(
                $"note: {_name} ended in an incomplete row, which stays as it is");
        return Trouble.From(errno);
    }

    /// <summary>A row that another tcptop is just writing has its end in a moment.</summary>
    private bool EndsInRow(int readable, out int errno)
    {
        for (var looks = 1; ; looks++)
        {
            var endsInRow = EndsInRowNow(readable, out errno);
            if (endsInRow || errno != 0 || looks == MostLooks)
                return endsInRow;
            _waitForOthers();
        }
    }

    /// <summary>Nothing has no row without an end.</summary>
    private static bool EndsInRowNow(int readable, out int errno)
    {
        errno = 0;
        var last = new byte[1];
        var size = (long)NativeMethods.FileStatus.Of(readable).Size;
        if (size == 0)
            return true;
        errno = Read(readable, last, size - 1, out var length);
        return errno == 0 && (length == 0 || last[0] == (byte)'\n');
    }

    /// <summary>Returns 0, or the error: of a bad disk, or a server that forgot the file.</summary>
    private static int Read(int fd, Span<byte> into, long from, out int length)
    {
        length = 0;
        fixed (byte* start = into)
        {
            while (length < into.Length)
            {
                var left = (nuint)(into.Length - length);
                var piece = NativeMethods.pread(fd, start + length, left, from + length);
                if (piece == 0)
                    break;
                if (piece > 0)
                    length += (int)piece;
                else if (Marshal.GetLastPInvokeError() is var errno and not NativeMethods.Interrupted)
                    return errno;
            }
        }
        return 0;
    }

    /// <summary>Why a file cannot be written.</summary>
    /// <param name="Reason">In words.</param>
    /// <param name="Errno">What the kernel said; 0 where it is a file of something else.</param>
    private sealed record Trouble(string Reason, int Errno)
    {
        /// <summary>Null of 0.</summary>
        public static Trouble? From(int errno) =>
            errno == 0 ? null : new Trouble(Marshal.GetPInvokeErrorMessage(errno), errno);
    }
}
