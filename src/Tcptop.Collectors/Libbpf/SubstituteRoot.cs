using Tcptop.Linux;

namespace Tcptop.Collectors.Libbpf;

/// <summary>
/// libbpf reads the kernel's type information from one place, /sys. Where that is not mounted, a
/// thread of its own gets another root directory, in memory, that has this file and nothing else.
/// </summary>
internal static class SubstituteRoot
{
    private const string Deed = "give libbpf the kernel's types where /sys is not mounted";
    private const int CloneFs = 0x200; // CLONE_FS
    private const int NoSuchFile = 2; // ENOENT
    private const int CopyBytes = 256 * 1024;

    /// <summary>Runs <paramref name="work"/>, which opens nothing else, on that thread.</summary>
    /// <exception cref="KernelException">
    /// There cannot be one: it takes CAP_SYS_ADMIN and CAP_SYS_CHROOT.
    /// </exception>
    public static void Run(Action work)
    {
        using var root = DetachedMount.Open("tmpfs");
        Fill(root.Path);
        OwnThread.Run("kernel-types", () =>
        {
            // The root directory of this thread alone, which ends here.
            if (NativeMethods.unshare(CloneFs) != 0
                || NativeMethods.fchdir(root.Fd) != 0
                || NativeMethods.chroot(".") != 0)
                throw KernelException.FromLastError(Deed);
            work();
        });
    }

    private static void Fill(string root)
    {
        using var types = KernelTypeFile.TryOpen() ?? throw new KernelException(Deed, NoSuchFile);
        var path = root + KernelTypeFile.Usual;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var copy = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        var buffer = new byte[CopyBytes];
        for (long at = 0; RandomAccess.Read(types, buffer, at) is > 0 and var read; at += read)
            RandomAccess.Write(copy, buffer.AsSpan(0, read), at);
    }
}
