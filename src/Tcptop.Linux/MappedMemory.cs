using System.Runtime.InteropServices;

namespace Tcptop.Linux;

/// <summary>A mapping of a descriptor's memory.</summary>
internal sealed unsafe class MappedMemory : SafeHandle
{
    private const int ProtectionRead = 1;
    private const int ProtectionWrite = 2;
    private const int MapShared = 1;
    private static readonly nint Failed = -1;

    private readonly nuint _length;

    private MappedMemory(nint address, nuint length)
        : base(Failed, ownsHandle: true)
    {
        _length = length;
        SetHandle(address);
    }

    public override bool IsInvalid => handle == Failed;

    internal byte* Address => (byte*)handle;

    internal static MappedMemory Map(int fd, long offset, nuint length, bool writable, string what)
    {
        var address = NativeMethods.mmap(
            0, length, writable ? ProtectionRead | ProtectionWrite : ProtectionRead, MapShared, fd, (nint)offset);
        return address != Failed
            ? new MappedMemory(address, length)
            : throw KernelException.FromLastError($"map the memory of {what}");
    }

    protected override bool ReleaseHandle() => NativeMethods.munmap(handle, _length) == 0;
}
