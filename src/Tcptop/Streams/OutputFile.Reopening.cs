using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tcptop.Linux;
using Tcptop.Native;

namespace Tcptop.Streams;

/// <summary>
/// A log that was renamed goes on in a new file of its name, from the next refresh on: a refresh is written
/// under the same lock, so all its rows are in one file. Where that cannot be, it goes on in the file that it
/// has: it ends up in the wrong file, but nothing is lost.
/// </summary>
internal sealed unsafe partial class OutputFile
{
    /// <summary>Each has a thread, which a path that never answers (FUSE, NFS) may keep.</summary>
    private const int MostAtOnce = 4;

    private readonly Lock _turns = new();

    /// <summary>Where the log is, as it was opened first.</summary>
    private FileId _directory;

    /// <summary>The file that is written.</summary>
    private FileId _file;

    private int _underWay;
    private int _asked;
    private int _answered;

    /// <summary>
    /// From any thread. What only one reader can have, or a device, is not opened again. No lock is
    /// held while the path is walked and the file begun: what does not answer holds up no writer.
    /// </summary>
    public void Reopen()
    {
        if (_path is null || !_isRegular)
            return;
        // This thread, the runtime's, may have been made where capabilities were in effect.
        EffectiveCapabilities.LowerForThisThread();
        var reason = TryTakeTurn(out var turn)
            ? TryReopen(_path, turn)
            : "earlier requests to do so have not come to an end";
        if (reason is not null)
            StandardStreams.WriteError(
                $"note: cannot reopen {_name}: {reason}; still writing to the old file");
    }

    private bool TryTakeTurn(out int turn)
    {
        lock (_turns)
        {
            turn = ++_asked;
            if (_underWay == MostAtOnce)
                return false;
            _underWay++;
            return true;
        }
    }

    /// <summary>Null, or why not.</summary>
    private string? TryReopen(string path, int turn)
    {
        SafeFileHandle? former = null;
        try
        {
            // Without waiting: a pipe without a reader may have taken the name.
            var flags = (LogFlags & ~NativeMethods.Create) | NativeMethods.NonBlocking;
            using var opened = ReopenedPath.TryOpen(
                path, flags, ReadableAndWritable, _directory, out var reason);
            if (opened is null)
                return reason;
            var fd = (int)opened.DangerousGetHandle();
            if (NativeMethods.FileStatus.Of(fd).Type != NativeMethods.RegularFile)
                return "it is not a regular file";
            // It has not been renamed; a writer may be in the middle of a row.
            if (IsWritten(FileId.Of(fd)))
                return null;
            var begun = _beginning;
            reason = BeginOrGoOn(fd)?.Reason ?? GoOnIn(opened, begun, turn, out former);
            return reason;
        }
        finally
        {
            // To close it may take a server its time, or for ever.
            former?.Dispose();
            lock (_turns)
                _underWay--;
        }
    }

    private bool IsWritten(FileId file)
    {
        lock (_turns)
            return file == _file;
    }

    /// <summary>Null, or why not.</summary>
    /// <param name="opened">Loses its descriptor to the log.</param>
    /// <param name="begun">What it was begun with.</param>
    /// <param name="turn">When this was asked for.</param>
    /// <param name="former">To be closed when no lock is held.</param>
    private string? GoOnIn(
        SafeFileHandle opened, byte[] begun, int turn, out SafeFileHandle? former)
    {
        former = null;
        using var refresh = OneRefresh();
        lock (_writing)
        {
            // One that was asked for later, and was faster, has the file that has the name now.
            if (_handle.IsClosed || turn < _answered)
                return null;
            // What a log begins with has become known meanwhile.
            if (begun != _beginning && BeginOrGoOn((int)opened.DangerousGetHandle()) is { } trouble)
                return trouble.Reason;
            _answered = turn;
            lock (_turns)
                _file = FileId.Of((int)opened.DangerousGetHandle());
            former = _handle;
            _handle = new SafeFileHandle(opened.DangerousGetHandle(), ownsHandle: true);
            opened.SetHandleAsInvalid();
            _hasName = true;
            return null;
        }
    }
}
