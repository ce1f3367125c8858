using System.Buffers;
using System.Text;

namespace Tcptop.Model;

/// <summary>
/// Names that are bytes to the kernel, as text, and back without loss. Most are UTF-8; a byte that
/// is not becomes a lone half of a surrogate pair, U+DC80 to U+DCFF, which no other text has.
/// </summary>
public static class ByteText
{
    private const char FirstStray = '\uDC80';
    private const char LastStray = '\uDCFF';
    private const int StrayOffset = 0xDC00;

    /// <summary>The stray byte that this character stands for; null for all other.</summary>
    public static byte? StrayByte(char character) =>
        character is >= FirstStray and <= LastStray ? (byte)(character - StrayOffset) : null;

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        // One byte is one character at the most.
        var text = new char[bytes.Length];
        return new string(text, 0, Decode(bytes, text));
    }

    /// <summary>Returns the length.</summary>
    /// <param name="bytes">In any encoding.</param>
    /// <param name="text">Has room for as many characters.</param>
    public static int Decode(ReadOnlySpan<byte> bytes, Span<char> text)
    {
        var length = 0;
        while (!bytes.IsEmpty)
        {
            var found = Rune.DecodeFromUtf8(bytes, out var rune, out var consumed);
            if (found == OperationStatus.Done)
                length += rune.EncodeToUtf16(text[length..]);
            else
            {
                foreach (var stray in bytes[..consumed])
                    text[length++] = (char)(StrayOffset + stray);
            }
            bytes = bytes[consumed..];
        }
        return length;
    }

    public static byte[] Encode(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = 0;
        for (var at = 0; at < text.Length;)
        {
            var found = Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var consumed);
            if (found != OperationStatus.Done && StrayByte(text[at]) is { } stray)
                bytes[length++] = stray;
            else
                length += rune.EncodeToUtf8(bytes.AsSpan(length));
            at += consumed;
        }
        return bytes[..length];
    }
}
