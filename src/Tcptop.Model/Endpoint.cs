using System.Globalization;

namespace Tcptop.Model;

/// <summary>One end of a connection: address and port (host byte order).</summary>
public readonly record struct Endpoint(HostAddress Address, ushort Port) : IComparable<Endpoint>
{
    /// <summary>Longest text form: <c>[address]:65535</c>.</summary>
    public const int MaxTextLength = HostAddress.MaxTextLength + 8;

    public int CompareTo(Endpoint other)
    {
        var byAddress = Address.CompareTo(other.Address);
        return byAddress != 0 ? byAddress : Port.CompareTo(other.Port);
    }

    /// <summary>Writes <c>192.0.2.1:80</c> or <c>[2001:db8::1]:80</c>. False when <paramref name="destination"/> is too short.</summary>
    public bool TryFormat(Span<char> destination, out int written) =>
        Address.IsIPv4
            ? destination.TryWrite(CultureInfo.InvariantCulture, $"{new Text(Address)}:{Port}", out written)
            : destination.TryWrite(CultureInfo.InvariantCulture, $"[{new Text(Address)}]:{Port}", out written);

    public override string ToString()
    {
        Span<char> text = stackalloc char[MaxTextLength];
        TryFormat(text, out var written);
        return text[..written].ToString();
    }

    /// <summary>Lets an address stand in an interpolated span without a string of its own.</summary>
    private readonly struct Text(HostAddress address) : ISpanFormattable
    {
        public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
            address.TryFormat(destination, out charsWritten);

        public string ToString(string? format, IFormatProvider? formatProvider) => address.ToString();
    }
}
