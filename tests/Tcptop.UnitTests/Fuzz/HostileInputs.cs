namespace Tcptop.UnitTests.Fuzz;

/// <summary>
/// Bytes that wish a decoder ill: nothing, every beginning of what is valid, an extreme in every place of it,
/// edits of it, and chance. The same for a seed for ever: a generator with a seed is what .NET does not
/// change.
/// </summary>
internal sealed class HostileInputs(int seed)
{
    private const int MostEdits = 6;
    private const int LongestPiece = 24;

    private static readonly byte[] Extremes = [0, 1, 0x20, 0x7F, 0x80, 0xFF];

    /// <summary>
    /// What means something somewhere: to terminals, to quoting, to paths, to readers of numbers, to decoders
    /// of UTF-8.
    /// </summary>
    private static readonly byte[][] Words =
    [
        [.. "\e[2J"u8], [.. "\e]0;x\a"u8], [.. "\e"u8], [.. "\r\n"u8], [.. "\0"u8], [.. "\t"u8], [.. " "u8],
        [.. "\""u8], [.. ","u8], [.. "\\"u8], [.. "\\x2d"u8], [.. "\\xc2\\x9b"u8],
        [.. "\\040"u8], [.. "%s%n"u8], [.. "=1+1"u8], [.. "/"u8], [.. "../"u8], [.. ":"u8], [.. ")"u8], [.. "-"u8],
        [.. "-1"u8], [.. "0"u8], [.. "4294967296"u8],
        [.. "18446744073709551616"u8], [.. "99999999999999999999999999"u8], [.. "1e999"u8], [.. "\u009b31m"u8],
        [.. "\u202e"u8], [.. "\u2028"u8], [.. "\ufeff"u8], [.. "\U000e0041"u8],
        [.. "日本"u8], [.. "😀"u8], [.. "e\u0301"u8], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0x80], [0xF4, 0x90, 0x80, 0x80],
        [0, 0, 0, 0],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0x80], [0xFF, 0xFF, 0xFF, 0x7F],
    ];

    private readonly Random _random = new(seed);

    public Random Random => _random;

    /// <param name="edited">How many edited samples.</param>
    /// <param name="random">How many of chance alone, up to so many bytes.</param>
    /// <param name="longest">Bytes.</param>
    public IEnumerable<byte[]> Of(int edited, int random, int longest, params byte[][] samples)
    {
        foreach (var sample in samples)
        {
            for (var length = 0; length <= sample.Length; length++)
                yield return sample[..length];
            for (var at = 0; at < sample.Length * Extremes.Length; at++)
                yield return With(sample, at / Extremes.Length, Extremes[at % Extremes.Length]);
        }
        for (var i = 0; i < edited; i++)
            yield return Edited(samples[i % samples.Length], samples);
        for (var i = 0; i < random; i++)
            yield return Bytes(_random.Next(longest + 1));
    }

    public byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] With(byte[] sample, int at, byte value)
    {
        var copy = (byte[])sample.Clone();
        copy[at] = value;
        return copy;
    }

    private byte[] Edited(byte[] sample, byte[][] samples)
    {
        List<byte> bytes = [.. sample];
        for (var edits = _random.Next(1, MostEdits + 1); edits > 0; edits--)
            Edit(bytes, samples);
        return [.. bytes];
    }

    private void Edit(List<byte> bytes, byte[][] samples)
    {
        var at = _random.Next(bytes.Count + 1);
        var length = Math.Min(_random.Next(1, LongestPiece), bytes.Count - at);
        switch (_random.Next(6))
        {
            case 0:
                bytes.InsertRange(at, Words[_random.Next(Words.Length)]);
                break;
            case 1:
                Overwrite(bytes, at, Words[_random.Next(Words.Length)]);
                break;
            case 2 when length != 0:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(_random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            default:
                var other = samples[_random.Next(samples.Length)];
                var from = _random.Next(other.Length + 1);
                bytes.InsertRange(at, other[from..Math.Min(from + LongestPiece, other.Length)]);
                break;
        }
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] with)
    {
        for (var i = 0; i < with.Length && at + i < bytes.Count; i++)
            bytes[at + i] = with[i];
    }
}
