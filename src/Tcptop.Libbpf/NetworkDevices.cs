using System.Runtime.InteropServices;

namespace Tcptop.Libbpf;

/// <summary>The network devices of the namespace that the calling thread is in.</summary>
public static unsafe class NetworkDevices
{
    private const int NameBytes = 16; // IF_NAMESIZE

    /// <summary>Null when there is none of that index.</summary>
    public static string? NameOf(uint index)
    {
        var name = stackalloc byte[NameBytes];
        return Marshal.PtrToStringUTF8(NativeMethods.if_indextoname(index, name));
    }
}
