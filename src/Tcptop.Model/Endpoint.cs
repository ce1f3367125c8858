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

    /// <summary>
    /// Writes <c>192.0.2.1:80</c> or <c>[2001:db8::1]:80</c>. False when <paramref name="destination"/> is
    /// too short.
    /// </summary>
    public bool TryFormat(Span<char> destination, out int written)
    {
        written = 0;
        var bracket = Address.IsIPv4 ? 0 : 1;
        if (destination.Length < bracket || !Address.TryFormat(destination[bracket..], out var length))
            return false;
        var colon = length + 2 * bracket;
        if (destination.Length <= colon
            || !Port.TryFormat(destination[(colon + 1)..], out var digits, provider: CultureInfo.InvariantCulture))
            return false;
        if (bracket != 0)
        {
            destination[0] = '[';
            destination[colon - 1] = ']';
        }
        destination[colon] = ':';
        written = colon + 1 + digits;
        return true;
    }

    public override string ToString()
    {
        Span<char> text = stackalloc char[MaxTextLength];
        TryFormat(text, out var written);
        return text[..written].ToString();
    }
}
