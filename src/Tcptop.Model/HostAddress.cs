using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Tcptop.Model;

/// <summary>
/// An IP address as a value. IPv4 is held in its IPv4-mapped IPv6 form, so that an IPv4 peer compares equal
/// whether the socket is AF_INET or a dual-stack AF_INET6 one.
/// </summary>
public readonly record struct HostAddress : IComparable<HostAddress>
{
    /// <summary>Longest text form: eight groups of four digits with seven colons.</summary>
    public const int MaxTextLength = 39;

    private const int MaxIPv4TextLength = 15;

    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    private readonly ulong _high;
    private readonly ulong _low;

    private HostAddress(ulong high, ulong low) => (_high, _low) = (high, low);

    public bool IsIPv4 => _high == 0 && (_low & 0xFFFF_FFFF_0000_0000) == MappedPrefix;

    /// <summary>As a number, IPv4 in its mapped form; ordered as addresses are.</summary>
    public UInt128 Value => new(_high, _low);

    public bool IsUnspecified => _high == 0 && (_low == 0 || _low == MappedPrefix);

    /// <summary>
    /// Whether it means another machine, or others, on each link, so that it says nothing without the device:
    /// link-local, multicast, limited broadcast.
    /// </summary>
    public bool IsOfLink => IsIPv4 ? IsIPv4OfLink((uint)_low) : _high >> 56 == 0xFF || _high >> 54 == 0xFE80 >> 6;

    /// <summary>From four bytes in network order.</summary>
    public static HostAddress FromIPv4(ReadOnlySpan<byte> bytes) =>
        new(0, MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(bytes));

    /// <summary>
    /// From sixteen bytes in network order; an IPv4-mapped address becomes the IPv4 address it stands for.
    /// </summary>
    public static HostAddress FromIPv6(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    public static HostAddress Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[16];
        IPAddress.Parse(text).MapToIPv6().TryWriteBytes(bytes, out _);
        return FromIPv6(bytes);
    }

    public int CompareTo(HostAddress other)
    {
        var byHigh = _high.CompareTo(other._high);
        return byHigh != 0 ? byHigh : _low.CompareTo(other._low);
    }

    /// <summary>
    /// Writes the RFC 5952 text, or the dotted form for IPv4. False when <paramref name="destination"/> is
    /// too short.
    /// </summary>
    public bool TryFormat(Span<char> destination, out int written)
    {
        if (IsIPv4)
            return TryFormatIPv4(destination, out written);
        var writer = new SpanWriter(destination);
        WriteIPv6(ref writer);
        written = writer.Overflowed ? 0 : writer.Length;
        return !writer.Overflowed;
    }

    public override string ToString()
    {
        Span<char> text = stackalloc char[MaxTextLength];
        TryFormat(text, out var written);
        return text[..written].ToString();
    }

    private static bool IsIPv4OfLink(uint address) =>
        address >> 28 == 0xE || address >> 16 == 0xA9FE || address == uint.MaxValue;

    /// <summary>By hand, since a filter being typed does it for every connection of the host.</summary>
    private bool TryFormatIPv4(Span<char> destination, out int written)
    {
        Span<char> text = stackalloc char[MaxIPv4TextLength];
        var length = 0;
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            var part = (byte)(_low >> shift);
            if (part >= 100)
                text[length++] = (char)('0' + part / 100);
            if (part >= 10)
                text[length++] = (char)('0' + part / 10 % 10);
            text[length++] = (char)('0' + part % 10);
            if (shift != 0)
                text[length++] = '.';
        }
        var fits = text[..length].TryCopyTo(destination);
        written = fits ? length : 0;
        return fits;
    }

    private void WriteIPv6(ref SpanWriter writer)
    {
        var (zerosAt, zerosLength) = LongestZeroRun();
        for (var group = 0; group < 8; group++)
        {
            if (group == zerosAt)
            {
                writer.Char(':');
                writer.Char(':');
                group += zerosLength - 1;
                continue;
            }
            if (group != 0 && group != zerosAt + zerosLength)
                writer.Char(':');
            writer.Number(Group(group), "x");
        }
    }

    private ushort Group(int index) => (ushort)((index < 4 ? _high : _low) >> (48 - 16 * (index & 3)));

    /// <summary>
    /// RFC 5952 4.2: the longest run of two or more zero groups, the first one of equals; none is (-9, 0).
    /// </summary>
    private (int At, int Length) LongestZeroRun()
    {
        var best = (At: -9, Length: 0);
        for (var start = 0; start < 8; start++)
        {
            var end = start;
            while (end < 8 && Group(end) == 0)
                end++;
            if (end - start >= 2 && end - start > best.Length)
                best = (start, end - start);
            start = end;
        }
        return best;
    }

    private ref struct SpanWriter(Span<char> destination)
    {
        private readonly Span<char> _destination = destination;

        public int Length { get; private set; }

        public bool Overflowed { get; private set; }

        public void Char(char value)
        {
            if (Length < _destination.Length)
                _destination[Length++] = value;
            else
                Overflowed = true;
        }

        public void Number(ushort value, string format)
        {
            if (value.TryFormat(_destination[Length..], out var written, format, CultureInfo.InvariantCulture))
                Length += written;
            else
                Overflowed = true;
        }
    }
}
