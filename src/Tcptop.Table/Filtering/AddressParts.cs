using Tcptop.Model;

namespace Tcptop.Table.Filtering;

/// <summary>
/// Which addresses have a text in them as they are written, in upper or lower case, or at their end. Remembers it: most
/// of a host's rows share few of them.
/// </summary>
internal sealed class AddressParts(string part, bool atEnd = false)
{
    private const int Remembered = 4096;

    private readonly Entry[] _known = new Entry[Remembered];

    public bool IsIn(HostAddress address)
    {
        // Any hash will do; neighbours in a network differ in the low bits.
        var value = address.Value;
        ref var known = ref _known[(int)((ulong)(value ^ (value >> 64) ^ (value >> 12)) % Remembered)];
        if (!known.IsKnown || known.Address != address)
        {
            Span<char> text = stackalloc char[HostAddress.MaxTextLength];
            address.TryFormat(text, out var length);
            known = new Entry(address, IsKnown: true, atEnd
                ? text[..length].EndsWith(part)
                : text[..length].Contains(part, StringComparison.OrdinalIgnoreCase));
        }
        return known.IsIn;
    }

    private readonly record struct Entry(HostAddress Address, bool IsKnown, bool IsIn);
}
