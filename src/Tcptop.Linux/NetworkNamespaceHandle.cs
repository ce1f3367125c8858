using System.Runtime.InteropServices;
using System.Text;

namespace Tcptop.Linux;

/// <summary>A network namespace, held open by a file under /proc or /run/netns.</summary>
public sealed unsafe class NetworkNamespaceHandle : IDisposable
{
    private const int CloneNewNet = 0x40000000;
    private const nuint GetNamespaceType = 0xB703; // NS_GET_NSTYPE
    private const int CloseOnExec = 0x80000; // O_CLOEXEC
    private const int PathOnly = 0x200000; // O_PATH
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const int AskNobody = 0x4000; // AT_STATX_DONT_SYNC
    private const uint WantInode = 0x100; // STATX_INO
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const int AccessDenied = 13; // EACCES
    private const int LongestLink = 32; // "net:[4294967295]"

    private readonly DescriptorHandle _file;

    private NetworkNamespaceHandle(DescriptorHandle file, uint inode) => (_file, Inode) = (file, inode);

    /// <summary>What tells namespaces apart, as <c>lsns</c> shows it.</summary>
    public uint Inode { get; }

    /// <summary>
    /// Null when it is gone, may not be opened or is no network namespace: of a name that is not mounted, a
    /// plain file stays.
    /// </summary>
    /// <remarks>
    /// What has the name of a namespace may be a pipe without a writer, or a file of somebody's
    /// FUSE: opened, they hold us up for ever. So the path is only looked up, and what is there is
    /// opened when it is known to be a namespace.
    /// </remarks>
    /// <exception cref="KernelException">Too many files are open.</exception>
    public static NetworkNamespaceHandle? TryOpen(string path)
    {
        using var place = Open(path, PathOnly | CloseOnExec);
        if (place is null || InodeOf(Status(place.Fd, "", EmptyPath)) is not { } inode)
            return null;
        var file = Open(place.Path, CloseOnExec);
        if (file is null)
            return null;
        if (NativeMethods.ioctl(file.Fd, GetNamespaceType, 0) == CloneNewNet)
            return new NetworkNamespaceHandle(file, inode);
        file.Dispose();
        return null;
    }

    /// <summary>
    /// The inode of the namespace that a name leads to, without opening it; null when it is gone or leads
    /// elsewhere. Namespaces of other kinds have inodes out of the same numbers, and so none of a network
    /// namespace's.
    /// </summary>
    public static uint? InodeAt(string path) => InodeOf(Status(CurrentDirectory, path));

    /// <summary>Null of what is no namespace.</summary>
    private static uint? InodeOf((ulong Inode, (uint, uint) Device)? file) =>
        file is { } status
            && Status(CurrentDirectory, "/proc/self/ns/net") is { } own
            && status.Device == own.Device
            ? (uint)status.Inode
            : null;

    private static (ulong Inode, (uint, uint) Device)? Status(int at, string path, int flags = 0)
    {
        NativeMethods.FileStatus status;
        return NativeMethods.statx(at, path, flags | AskNobody, WantInode, &status) == 0
            ? (status.Inode, (status.DeviceMajor, status.DeviceMinor))
            : null;
    }

    private static DescriptorHandle? Open(string path, int flags)
    {
        var fd = NativeMethods.open(path, flags);
        if (fd >= 0)
            return new DescriptorHandle(fd);
        var errno = Marshal.GetLastPInvokeError();
        return KernelException.MeansShortOfFiles(errno)
            ? throw new KernelException($"open {path}", errno)
            : null;
    }

    /// <summary>
    /// What a link such as /proc/PID/ns/net says, without opening it; null when it is gone, has none any
    /// more, or may not be read.
    /// </summary>
    public static string? ReadLink(string path, out bool isDenied)
    {
        var text = stackalloc byte[LongestLink];
        var length = NativeMethods.readlink(path, text, LongestLink);
        isDenied = length < 0 && Marshal.GetLastPInvokeError() == AccessDenied;
        return length < 0 ? null : Encoding.ASCII.GetString(text, (int)length);
    }

    /// <summary>
    /// Moves the calling thread, and it alone, into the namespace. False when refused. Only for threads of
    /// one's own: the thread pool's must stay.
    /// </summary>
    /// <param name="errno">Why it is refused.</param>
    public bool TryEnter(out int errno)
    {
        errno = NativeMethods.setns(_file.Fd, CloneNewNet) == 0
            ? 0
            : Marshal.GetLastPInvokeError();
        return errno == 0;
    }

    public void Dispose() => _file.Dispose();
}
