using Microsoft.Win32.SafeHandles;
using Tcptop.Linux;

namespace Tcptop.Collectors.Libbpf;

/// <summary>Why the kernel's type information cannot be read.</summary>
public enum KernelTypesLack
{
    /// <summary>No sysfs can be reached, which says nothing of the kernel.</summary>
    Sysfs,

    /// <summary>The kernel has it, and does not let us.</summary>
    Right,

    /// <summary>The kernel has none.</summary>
    Types,
}

/// <summary>
/// Where the running kernel keeps its type information (BTF): in sysfs, and that is usually, but
/// not in every chroot or container, mounted on /sys.
/// </summary>
public static class KernelTypeFile
{
    internal const string Usual = Directory + BelowSysfs;

    private const string Directory = "/sys";
    private const string BelowSysfs = "/kernel/btf/vmlinux";
    private const nint SysfsMagic = 0x62656572;

    /// <summary>Whether what is on /sys is a sysfs. Then it has what the kernel has.</summary>
    public static bool IsWhereItBelongs => IsSysfs(Directory);

    /// <summary>To be asked where it could not be opened.</summary>
    public static KernelTypesLack Lack()
    {
        var lack = KernelTypesLack.Sysfs;
        foreach (var sysfs in Reachable())
        {
            if (File.Exists(sysfs + BelowSysfs))
                return KernelTypesLack.Right;
            lack = KernelTypesLack.Types;
        }
        return lack;
    }

    /// <summary>Null when there is none, or none that may be read.</summary>
    /// <exception cref="IOException">Too many files are open.</exception>
    internal static SafeFileHandle? TryOpen()
    {
        foreach (var sysfs in Reachable())
        {
            if (TryOpen(sysfs + BelowSysfs) is { } file)
                return file;
        }
        return null;
    }

    internal static SafeFileHandle? TryOpen(string path)
    {
        try
        {
            return File.OpenHandle(path);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException
            && !KernelException.IsShortOfFilesIn(e))
        {
            return null;
        }
    }

    /// <summary>Directories that are the root of a sysfs; each until the next is asked for.</summary>
    private static IEnumerable<string> Reachable()
    {
        if (IsWhereItBelongs)
        {
            yield return Directory;
            yield break;
        }
        using (var sysfs = DetachedMount.TryOpen("sysfs"))
        {
            if (sysfs is not null)
                yield return sysfs.Path;
        }
        const string OfFirst = FirstProcess.Root + Directory;
        if (IsSysfs(OfFirst))
            yield return OfFirst;
    }

    private static unsafe bool IsSysfs(string directory)
    {
        NativeMethods.FileSystemStatus status;
        return NativeMethods.statfs(directory, &status) == 0 && status.Type == SysfsMagic;
    }
}
