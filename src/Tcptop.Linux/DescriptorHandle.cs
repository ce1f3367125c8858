using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tcptop.Linux;

/// <summary>A file descriptor of our own.</summary>
public sealed class DescriptorHandle() : SafeHandleMinusOneIsInvalid(ownsHandle: true)
{
    internal DescriptorHandle(int fd)
        : this() => SetHandle(fd);

    public int Fd => (int)handle;

    /// <summary>Leads to what is open, also where no other path does. As long as this is not closed.</summary>
    public string Path => PathOf(this);

    /// <summary>The path of what is open; null when the kernel does not tell.</summary>
    public static string? TargetOf(SafeHandle open) => new FileInfo(PathOf(open)).LinkTarget;

    protected override bool ReleaseHandle() => NativeMethods.close((int)handle) == 0;

    private static string PathOf(SafeHandle open) => $"/proc/self/fd/{open.DangerousGetHandle()}";
}
