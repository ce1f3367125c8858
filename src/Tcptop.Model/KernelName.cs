using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Tcptop.Model;

/// <summary>
/// A short name as the kernel keeps those of processes (<c>comm</c>) and devices: up to 15 bytes that
/// somebody chose, in any encoding. A value, so that a row per connection costs no string. Empty means
/// unknown.
/// </summary>
public readonly record struct KernelName
{
    /// <summary>TASK_COMM_LEN and IFNAMSIZ of the kernel, the closing NUL included.</summary>
    public const int ByteLength = 16;

    private readonly ulong _first;
    private readonly ulong _second;

    private KernelName(ulong first, ulong second) => (_first, _second) = (first, second);

    /// <summary>The bytes as two numbers that are ordered as the bytes are. The last byte is 0.</summary>
    public (ulong High, ulong Low) Value =>
        (BinaryPrimitives.ReverseEndianness(_first), BinaryPrimitives.ReverseEndianness(_second));

    public bool IsEmpty => (_first & 0xFF) == 0;

    /// <summary>
    /// From the kernel's buffer; what stands behind the first NUL is dropped, so equal names are equal
    /// values.
    /// </summary>
    public static KernelName FromBytes(ReadOnlySpan<byte> comm)
    {
        Span<ulong> words = stackalloc ulong[2];
        words.Clear();
        var end = comm.IndexOf((byte)0);
        if (end < 0)
            end = comm.Length;
        comm[..Math.Min(end, ByteLength - 1)].CopyTo(MemoryMarshal.AsBytes(words));
        return new KernelName(words[0], words[1]);
    }

    public static KernelName FromText(string text) => FromBytes(ByteText.Encode(text));

    /// <summary>
    /// The bytes without the closing NUL, copied to <paramref name="destination"/>; returns how many.
    /// </summary>
    public int CopyTo(Span<byte> destination)
    {
        Span<ulong> words = [_first, _second];
        var bytes = MemoryMarshal.AsBytes(words);
        var length = bytes.IndexOf((byte)0);
        bytes[..length].CopyTo(destination);
        return length;
    }

    /// <summary>
    /// As text; bytes that are not UTF-8 become U+FFFD. Control characters are still in it: escape before a
    /// terminal.
    /// </summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        return Encoding.UTF8.GetString(bytes[..CopyTo(bytes)]);
    }
}
