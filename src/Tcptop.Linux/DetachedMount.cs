using System.Runtime.InteropServices;

namespace Tcptop.Linux;

/// <summary>
/// A file system of the kernel's that is mounted nowhere: to be seen by who has its descriptor,
/// and gone with the last one. So what no path leads to here can be read all the same.
/// </summary>
public static class DetachedMount
{
    // The numbers are the same on every architecture; the C library has no names before 2.36.
    private const nint FsOpen = 430;
    private const nint FsConfig = 431;
    private const nint FsMount = 432;

    private const nint CloseOnExec = 1; // FSOPEN_CLOEXEC, FSMOUNT_CLOEXEC
    private const nint Create = 6; // FSCONFIG_CMD_CREATE
    private const int CloneNewCgroup = 0x02000000; // CLONE_NEWCGROUP

    /// <summary>
    /// The cgroup v2 tree as a cgroup namespace of its own shows it, from the cgroup that we are
    /// in: that is the root of all where we are in no other, as on a host of cgroup v1.
    /// There is one tree, and whoever mounts it in the host's cgroup namespace sets its options
    /// for all: without any, he takes away what the host has chosen (nsdelegate,
    /// memory_recursiveprot). In other cgroup namespaces the kernel leaves them alone.
    /// </summary>
    /// <returns>Null as from <see cref="TryOpen"/>.</returns>
    public static DescriptorHandle? TryOpenCgroupTree()
    {
        DescriptorHandle? tree = null;
        OwnThread.Run("cgroup-tree", () =>
        {
            if (NativeMethods.unshare(CloneNewCgroup) == 0)
                tree = TryOpen("cgroup2");
        });
        return tree;
    }

    /// <summary>
    /// The root directory; null where the kernel has no such file system, or does not let us
    /// (CAP_SYS_ADMIN), or cannot (before Linux 5.2). For file systems whose mounts have nothing
    /// in common that could be changed by one more.
    /// </summary>
    /// <exception cref="KernelException">Too many files are open.</exception>
    internal static DescriptorHandle? TryOpen(string type)
    {
        try
        {
            return Open(type);
        }
        catch (KernelException e) when (!e.IsShortage)
        {
            return null;
        }
    }

    /// <summary>The same, for who needs to know why not.</summary>
    /// <exception cref="KernelException">There is none.</exception>
    internal static DescriptorHandle Open(string type)
    {
        var name = Marshal.StringToCoTaskMemUTF8(type);
        try
        {
            using var context = Descriptor(
                NativeMethods.syscall(FsOpen, name, CloseOnExec, 0, 0, 0), type);
            return NativeMethods.syscall(FsConfig, context.Fd, Create, 0, 0, 0) == 0
                ? Descriptor(
                    NativeMethods.syscall(FsMount, context.Fd, CloseOnExec, 0, 0, 0), type)
                : throw Failure(type);
        }
        finally
        {
            Marshal.FreeCoTaskMem(name);
        }
    }

    private static DescriptorHandle Descriptor(nint result, string type) =>
        result >= 0 ? new DescriptorHandle((int)result) : throw Failure(type);

    private static KernelException Failure(string type) =>
        new($"open a {type} that is not mounted", Marshal.GetLastPInvokeError());
}
