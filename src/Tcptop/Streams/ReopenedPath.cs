using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tcptop.Model;
using Tcptop.Native;

namespace Tcptop.Streams;

/// <summary>
/// Opens a log's path again, long after its user named it. Others may have been in its directories since, and
/// must not lead us, who may be root, to a file of their choice. So the path is walked name by name, and a
/// symbolic link is followed only where nobody but root and we can have made it. Who may write to a directory
/// can also rename what is in it, a link or a directory of root's: where others may, the file has to be in
/// the directory that it was in at first.
/// </summary>
internal sealed unsafe class ReopenedPath : IDisposable
{
    /// <summary>As the kernel has it.</summary>
    internal const int MostLinks = 40;

    internal const int LongestPath = 4096; // PATH_MAX
    private const long ProcessFileSystem = 0x9FA0; // PROC_SUPER_MAGIC
    private const ushort WritableByOthers = NativeMethods.WritableByGroup | NativeMethods.WritableByAll;

    /// <summary>Another process may make a file where there was none, or remove it, between two of our calls.</summary>
    private const int MostTries = 10;

    private static readonly int PathFlags = NativeMethods.PathOnly | NativeMethods.NoFollow | NativeMethods.CloseOnExec;

    private readonly int _flags;
    private readonly uint _mode;
    private readonly FileId _formerDirectory;
    private readonly Stack<string> _names = new();
    private SafeFileHandle? _directory;
    private int _links;

    /// <summary>Others could rename something that was walked through.</summary>
    private bool _wasChangeable;

    private ReopenedPath(int flags, uint mode, FileId formerDirectory) =>
        (_flags, _mode, _formerDirectory) = (flags, mode, formerDirectory);

    /// <param name="path">Absolute, or from the current directory.</param>
    /// <param name="flags">Of open(2), without O_CREAT: the file is made if it is not there.</param>
    /// <param name="mode">Of a file that is made.</param>
    /// <param name="directory">Where the file was when it was opened first.</param>
    /// <param name="reason">Why there is no file.</param>
    public static SafeFileHandle? TryOpen(string path, int flags, uint mode, FileId directory, out string? reason)
    {
        using var walk = new ReopenedPath(flags, mode, directory);
        SafeFileHandle? file = null;
        reason = walk.Begin(path);
        while (reason is null && file is null)
            reason = walk.Step(out file);
        return file;
    }

    public void Dispose() => _directory?.Dispose();

    /// <summary>
    /// Goes to where a path or a link's target begins, and puts its names before those that are still to be
    /// walked.
    /// </summary>
    private string? Begin(string path)
    {
        var names = path.Split('/');
        for (var i = names.Length - 1; i >= 0; i--)
        {
            // The last empty one says that the path is a directory's.
            if (names[i].Length != 0 || (i == names.Length - 1 && i != 0))
                _names.Push(names[i].Length == 0 ? "." : names[i]);
        }
        if (path.StartsWith('/'))
            return Enter(NativeMethods.CurrentDirectory, "/");
        return _directory is null ? Enter(NativeMethods.CurrentDirectory, ".") : null;
    }

    /// <summary>Walks one name: null, or why not. The last one is the file.</summary>
    private string? Step(out SafeFileHandle? file)
    {
        file = null;
        if (!_names.TryPop(out var name))
            return "it is not a regular file";
        if (name is "." or "..")
            return Enter(Fd(_directory!), name);
        using var found = Open(Fd(_directory!), name, PathFlags, 0, out var errno);
        if (found is null && !(errno == NativeMethods.NoEntry && _names.Count == 0))
            return Marshal.GetPInvokeErrorMessage(errno);
        var status = found is null ? default : StatusOf(found);
        if (found is not null && status.Type == NativeMethods.SymbolicLink)
            return Follow(found, status, name);
        if (_names.Count == 0)
            return _wasChangeable && FileId.Of(Fd(_directory!)) != _formerDirectory
                ? "it would be in another directory, and other users can change its path"
                : OpenFile(name, out file);
        _wasChangeable |= CanBeRenamed(status);
        return Enter(Fd(_directory!), name);
    }

    private string? Enter(int from, string name)
    {
        var entered = Open(from, name, PathFlags | NativeMethods.DirectoryOnly, 0, out var errno);
        if (entered is null)
            return Marshal.GetPInvokeErrorMessage(errno);
        _directory?.Dispose();
        _directory = entered;
        return null;
    }

    private string? Follow(SafeFileHandle link, in NativeMethods.FileStatus status, string name)
    {
        if (IsInProc(link))
            return $"{SingleLine.Of(name)} is a link in /proc: it leads to what is open, not to a name";
        if (!MayFollow(status))
            return $"{SingleLine.Of(name)} is a symbolic link in a directory that other users can change";
        if (++_links > MostLinks)
            return "too many symbolic links";
        _wasChangeable |= CanBeRenamed(status);
        var text = stackalloc byte[LongestPath];
        var length = NativeMethods.readlinkat(Fd(link), "", text, LongestPath);
        if (length < 0)
            return Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
        return Begin(ByteText.Decode(new ReadOnlySpan<byte>(text, (int)length)));
    }

    /// <summary>A file that we make is ours; one that is there is looked at.</summary>
    private string? OpenFile(string name, out SafeFileHandle? file)
    {
        const int Make = NativeMethods.Create | NativeMethods.Exclusive;
        var flags = _flags | NativeMethods.NoFollow;
        var errno = 0;
        for (var tries = 0; tries < MostTries; tries++)
        {
            file = Open(Fd(_directory!), name, flags, 0, out errno);
            if (file is not null)
                return Refuse(ref file);
            if (errno != NativeMethods.NoEntry)
                break;
            file = Open(Fd(_directory!), name, flags | Make, _mode, out errno);
            if (file is not null)
                return null;
            if (errno != NativeMethods.Exists)
                break;
        }
        file = null;
        return Marshal.GetPInvokeErrorMessage(errno);
    }

    /// <summary>
    /// Where others can put a file of theirs, or another name of one of ours, into its place: null, or why it
    /// is not taken.
    /// </summary>
    private string? Refuse(ref SafeFileHandle? file)
    {
        var status = StatusOf(file!);
        string? reason = null;
        if (!IsOurs(_directory!) && !IsOurs(status))
            reason = "the file of that name is another user's";
        else if (!IsOurs(_directory!) && status.Links != 1)
            reason = "the file of that name has other names (hard links), in a directory that other users can change";
        if (reason is null)
            return null;
        file!.Dispose();
        file = null;
        return reason;
    }

    /// <summary>
    /// A group may have been let into a directory of root's, as Ubuntu does with /var/log, where systemd
    /// keeps links to the logs of its services: there the link itself must be ours.
    /// </summary>
    private bool MayFollow(in NativeMethods.FileStatus link)
    {
        var directory = StatusOf(_directory!);
        return IsOurs(directory) && (directory.Mode & NativeMethods.WritableByAll) == 0
            && ((directory.Mode & NativeMethods.WritableByGroup) == 0 || IsOurs(link));
    }

    /// <summary>
    /// By others, or put there by them: in /tmp, and where else S_ISVTX is set, only what is not ours.
    /// </summary>
    private bool CanBeRenamed(in NativeMethods.FileStatus found)
    {
        var directory = StatusOf(_directory!);
        var isKept = (directory.Mode & NativeMethods.OnlyOwnersRename) != 0 && IsOurs(directory) && IsOurs(found);
        return !isKept && !IsOurs(_directory!);
    }

    private static bool IsInProc(SafeFileHandle link)
    {
        NativeMethods.FileSystemStatus status;
        return NativeMethods.fstatfs(Fd(link), &status) == 0 && status.Type == ProcessFileSystem;
    }

    /// <summary>Whether nobody but root and we can have made what is in it.</summary>
    private static bool IsOurs(SafeFileHandle directory)
    {
        var status = StatusOf(directory);
        return IsOurs(status) && (status.Mode & WritableByOthers) == 0;
    }

    private static bool IsOurs(in NativeMethods.FileStatus status) =>
        status.Uid == 0 || status.Uid == NativeMethods.geteuid();

    private static NativeMethods.FileStatus StatusOf(SafeFileHandle file) => NativeMethods.FileStatus.Of(Fd(file));

    private static SafeFileHandle? Open(int directory, string name, int flags, uint mode, out int errno)
    {
        var fd = NativeMethods.openat(directory, name, flags, mode);
        errno = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
        return fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
    }

    private static int Fd(SafeFileHandle handle) => (int)handle.DangerousGetHandle();
}

/// <summary>A file or directory, whatever its name is by now.</summary>
internal readonly record struct FileId(ulong Device, ulong Inode)
{
    public static FileId Of(int fd)
    {
        var status = NativeMethods.FileStatus.Of(fd);
        return new FileId(status.Device, status.Inode);
    }

    /// <summary>
    /// Of a file that has just been opened: where it is, however it was named. None if that cannot be told.
    /// </summary>
    public static unsafe FileId OfDirectoryOf(int fd)
    {
        var text = stackalloc byte[ReopenedPath.LongestPath];
        var length = NativeMethods.readlinkat(
            NativeMethods.CurrentDirectory, $"/proc/self/fd/{fd}", text, ReopenedPath.LongestPath);
        if (length <= 0)
            return default;
        var path = ByteText.Decode(new ReadOnlySpan<byte>(text, (int)length));
        var flags = NativeMethods.PathOnly | NativeMethods.DirectoryOnly | NativeMethods.CloseOnExec;
        var directory = NativeMethods.open(path[..(path.LastIndexOf('/') + 1)], flags, 0);
        if (directory < 0)
            return default;
        using var handle = new SafeFileHandle(directory, ownsHandle: true);
        return Of(directory);
    }
}
