using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Tcptop.Model;

namespace Tcptop.Native;

/// <summary>Hands paths to the kernel byte for byte, also those that are not UTF-8.</summary>
[CustomMarshaller(typeof(string), MarshalMode.ManagedToUnmanagedIn, typeof(PathMarshaller))]
internal static unsafe class PathMarshaller
{
    public static byte* ConvertToUnmanaged(string path)
    {
        var bytes = ByteText.Encode(path);
        var copy = (byte*)NativeMemory.AllocZeroed((nuint)bytes.Length + 1);
        bytes.CopyTo(new Span<byte>(copy, bytes.Length));
        return copy;
    }

    public static void Free(byte* path) => NativeMemory.Free(path);
}
