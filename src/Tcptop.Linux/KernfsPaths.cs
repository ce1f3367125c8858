using System.Runtime.InteropServices;

namespace Tcptop.Linux;

/// <summary>
/// Finds files of a kernfs mount (cgroup v2) by the id that the kernel gives them, without walking the tree.
/// </summary>
public static unsafe class KernfsPaths
{
    private const int KernfsHandleType = 0xfe; // FILEID_KERNFS
    private const int PathOnlyCloseOnExec = 0x200000 | 0x80000; // O_PATH | O_CLOEXEC

    /// <param name="mount">Any file of the mount.</param>
    /// <param name="id">The id in the kernel: <c>cgroup.kn.id</c>.</param>
    /// <returns>The full path; null when there is no such file any more, or without CAP_DAC_READ_SEARCH.</returns>
    /// <exception cref="KernelException">Too many files are open.</exception>
    public static string? Find(SafeHandle mount, ulong id)
    {
        var handle = new NativeMethods.KernfsFileHandle { Bytes = sizeof(ulong), Type = KernfsHandleType, Id = id };
        var fd = NativeMethods.open_by_handle_at(mount, &handle, PathOnlyCloseOnExec);
        if (fd < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            return KernelException.MeansShortOfFiles(errno)
                ? throw new KernelException("open a file by its id", errno)
                : null;
        }
        using var file = new DescriptorHandle(fd);
        return DescriptorHandle.TargetOf(file);
    }
}
