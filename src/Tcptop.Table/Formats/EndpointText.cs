using Tcptop.Model;

namespace Tcptop.Table.Formats;

/// <summary>
/// One end of a connection for people: <c>192.0.2.1:80</c>, and where the address is another machine on each
/// link, with the device that leads there: <c>[fe80::2%eth0]:443</c>, <c>224.0.0.251%eth0:5353</c>.
/// </summary>
public static class EndpointText
{
    /// <summary>Longest text: an address, a device of which every byte is escaped, a port.</summary>
    public const int MaxLength = Endpoint.MaxTextLength + 1 + KernelName.ByteLength * SafeText.MaxCharsPerByte;

    /// <summary>Writes the text and returns its length.</summary>
    /// <param name="endpoint">The end.</param>
    /// <param name="device">That the connection uses; empty: not known. Its name may hold anything, and is
    /// escaped.</param>
    /// <param name="destination">With room for <see cref="MaxLength"/>.</param>
    public static int Format(in Endpoint endpoint, KernelName device, Span<char> destination)
    {
        endpoint.TryFormat(destination, out var length);
        if (device.IsEmpty || !endpoint.Address.IsOfLink)
            return length;
        Span<char> tail = stackalloc char[Endpoint.MaxTextLength];
        // The bracket behind an IPv6 address, the colon, the port.
        var end = destination[..length].LastIndexOf(':') - (endpoint.Address.IsIPv4 ? 0 : 1);
        destination[end..length].CopyTo(tail);
        var written = end;
        destination[written++] = '%';
        Span<byte> bytes = stackalloc byte[KernelName.ByteLength];
        written += SafeText.Escape(bytes[..device.CopyTo(bytes)], destination[written..]);
        tail[..(length - end)].CopyTo(destination[written..]);
        return written + length - end;
    }
}
