using System.Globalization;
using System.Numerics;

namespace Tcptop.Cli;

/// <summary>The size of a ring: bytes, or K, M or G of 1024, rounded up to what the kernel takes.</summary>
internal static class BufferSize
{
    public const uint Minimum = 4096; // a page
    public const uint Maximum = 1 << 30;

    public const string Allowed = "bytes from 4096 to 1G, with K, M or G for units of 1024";

    public static bool TryParse(string text, out uint bytes)
    {
        bytes = 0;
        var shift =
            text.Length == 0 ? 0 : char.ToUpperInvariant(text[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        var digits = text.AsSpan(0, text.Length - (shift == 0 ? 0 : 1));
        if (!uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return false;
        var size = (ulong)count << shift;
        if (size is < Minimum or > Maximum)
            return false;
        // The kernel counts in pages, which may be larger than the smallest there are; both are powers of two.
        bytes = Math.Max(BitOperations.RoundUpToPowerOf2((uint)size), (uint)Environment.SystemPageSize);
        return true;
    }
}
