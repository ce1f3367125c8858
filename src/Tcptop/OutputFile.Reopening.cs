using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

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
        lock (_writing)
        {
            if (!_handle.IsClosed && TryReopen(_path) is { } reason)
                StandardStreams.WriteError($"note: cannot open {_name} again: {reason}; it goes on in the file that is open");
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
        var reason = status.IsRegular ? BeginAnew(fd, status.Size) : "it is no file";
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
            return null;
        var errno = StandardStreams.WriteAll(fd, _beginning, out var written);
        if (errno == 0)
            return null;
        TakeBack(fd, written);
        return Marshal.GetPInvokeErrorMessage(errno);
    }
}
