using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tcptop.Libbpf;

namespace Tcptop;

/// <summary>
/// A log that was renamed goes on in a new file of its name, from the next refresh on: a refresh is written under the same lock, so all its rows are in one
/// file. Where that cannot be, it goes on in the file that it has: it ends up in the wrong file, but nothing is lost.
/// </summary>
internal sealed unsafe partial class OutputFile
{
    /// <summary>From any thread. What only one reader can have, or a device, is not opened again.</summary>
    public void Reopen()
    {
        if (_path is null || !_isRegular)
            return;
        // This thread, the runtime's, may have been made where capabilities were in effect.
        EffectiveCapabilities.LowerForThisThread();
        using var refresh = OneRefresh();
        lock (_writing)
        {
            if (!_handle.IsClosed && TryReopen(_path) is { } reason)
                StandardStreams.WriteError($"note: cannot reopen {_name}: {reason}; still writing to the old file");
        }
    }

    /// <summary>Null, or why not.</summary>
    private string? TryReopen(string path)
    {
        // Without waiting: a pipe without a reader may have taken the name.
        var fd = NativeMethods.open(path, LogFlags | NativeMethods.NonBlocking, ReadableAndWritable);
        if (fd < 0)
            return Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
        var opened = new SafeFileHandle(fd, ownsHandle: true);
        var status = StatusOf(fd);
        var reason = status.IsRegular ? BeginAnew(fd, status.Size) : "it is not a regular file";
        if (reason is not null)
        {
            opened.Dispose();
            return reason;
        }
        (opened, _handle) = (_handle, opened);
        opened.Dispose();
        _hasName = true;
        return null;
    }

    /// <summary>Null, or why not.</summary>
    private string? BeginAnew(int fd, ulong size)
    {
        if (size != 0)
            return GoOn(fd, size);
        return WriteBeginning(fd) is not 0 and var errno ? Marshal.GetPInvokeErrorMessage(errno) : null;
    }

    /// <summary>
    /// Makes a file that has rows ready for more: null, or why they cannot be. A row that has no end, as a host leaves it that lost its power, is closed so
    /// that it spoils no other. What may be written and not read is not looked at.
    /// </summary>
    private string? GoOn(int fd, ulong size)
    {
        var readable = NativeMethods.open($"/proc/self/fd/{fd}", NativeMethods.ReadOnly | NativeMethods.CloseOnExec, 0);
        if (readable < 0)
            return null;
        using var file = new SafeFileHandle(readable, ownsHandle: true);
        var beginning = new byte[_beginning.Length];
        RandomAccess.Read(file, beginning, 0);
        if (!beginning.AsSpan().SequenceEqual(_beginning))
            return "its first line is not the header of this log";
        var last = new byte[1];
        if (RandomAccess.Read(file, last, (long)size - 1) != 1 || last[0] == (byte)'\n')
            return null;
        StandardStreams.WriteError($"note: {_name} ended in an incomplete row, which stays as it is");
        return StandardStreams.WriteAll(fd, "\n"u8, out _) is not 0 and var errno ? Marshal.GetPInvokeErrorMessage(errno) : null;
    }
}
