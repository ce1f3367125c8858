using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tcptop.Libbpf;

/// <summary>A <c>struct bpf_object</c>; closing it unloads its programs and maps, unless a link still holds them.</summary>
internal sealed class BpfObjectHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    internal BpfObjectHandle(nint bpfObject)
        : this() => SetHandle(bpfObject);

    protected override bool ReleaseHandle()
    {
        NativeMethods.bpf_object__close(handle);
        return true;
    }
}

/// <summary>A <c>struct bpf_link</c>; destroying it detaches the program.</summary>
internal sealed class BpfLinkHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    internal BpfLinkHandle(nint link)
        : this() => SetHandle(link);

    protected override bool ReleaseHandle() => NativeMethods.bpf_link__destroy(handle) == 0;
}

/// <summary>A file descriptor of our own.</summary>
public sealed class DescriptorHandle() : SafeHandleMinusOneIsInvalid(ownsHandle: true)
{
    internal DescriptorHandle(int fd)
        : this() => SetHandle(fd);

    internal int Fd => (int)handle;

    /// <summary>Leads to what is open, also where no other path does. As long as this is not closed.</summary>
    public string Path => PathOf(this);

    /// <summary>The path of what is open; null when the kernel does not tell.</summary>
    public static string? TargetOf(SafeHandle open) => new FileInfo(PathOf(open)).LinkTarget;

    protected override bool ReleaseHandle() => NativeMethods.close((int)handle) == 0;

    private static string PathOf(SafeHandle open) => $"/proc/self/fd/{open.DangerousGetHandle()}";
}
