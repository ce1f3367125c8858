using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tcptop.Collectors.Libbpf;

/// <summary>
/// A <c>struct bpf_object</c>; closing it unloads its programs and maps, unless a link still holds them.
/// </summary>
internal sealed class BpfObjectHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    internal BpfObjectHandle(nint bpfObject)
        : this() => SetHandle(bpfObject);

    protected override bool ReleaseHandle()
    {
        LibbpfMethods.bpf_object__close(handle);
        return true;
    }
}

/// <summary>A <c>struct bpf_link</c>; destroying it detaches the program.</summary>
internal sealed class BpfLinkHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    internal BpfLinkHandle(nint link)
        : this() => SetHandle(link);

    protected override bool ReleaseHandle() => LibbpfMethods.bpf_link__destroy(handle) == 0;
}
