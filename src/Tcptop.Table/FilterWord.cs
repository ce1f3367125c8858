using System.Buffers;
using System.Globalization;
using System.Text;
using Tcptop.Model;
using Tcptop.Table.Formats;

namespace Tcptop.Table;

/// <summary>
/// One word of a typed filter. Most of a host's rows share few ports, names and addresses: what was found out
/// about one is remembered, so that 100,000 rows are looked through in milliseconds.
/// </summary>
internal sealed class FilterWord
{
    private const int LongestPort = 5;
    private const int RememberedAddresses = 4096;
    private const int RememberedNames = 4096;

    private static readonly SearchValues<char> OfPorts = SearchValues.Create("0123456789");
    private static readonly SearchValues<char> OfAddresses = SearchValues.Create("0123456789abcdefABCDEF.:[]");
    private static readonly SearchValues<char> OfIPv4Addresses = SearchValues.Create("0123456789.");
    private static readonly SearchValues<char> BetweenParts = SearchValues.Create(":[]");

    private readonly string _word;
    private readonly bool _mayBeInEndpoint;
    private readonly bool _mayBeInAddress;

    /// <summary>
    /// What an IPv4 address ends with where its port begins with <see cref="_portPart"/>; null of a word that
    /// no IPv4 endpoint has in it.
    /// </summary>
    private readonly string? _addressPart;
    private readonly string _portPart;
    private readonly Answer[] _ports;
    private readonly (HostAddress Address, Answer Answer)[] _addresses;
    private readonly Dictionary<KernelName, bool> _names = [];

    public FilterWord(string word)
    {
        _word = word;
        var isOfPort = word.Length <= LongestPort && !word.AsSpan().ContainsAnyExcept(OfPorts);
        var isOfAddress = !word.AsSpan().ContainsAnyExcept(OfAddresses);
        // With what stands between address and port, the two are looked at as they are shown.
        _mayBeInEndpoint = isOfAddress && word.AsSpan().ContainsAny(BetweenParts);
        _mayBeInAddress = isOfAddress && !_mayBeInEndpoint;
        (_addressPart, _portPart) = _mayBeInEndpoint ? PartsAroundColon(word) : (null, word);
        _ports = isOfPort || _addressPart is not null ? new Answer[ushort.MaxValue + 1] : [];
        _addresses = _mayBeInAddress || _addressPart is not null ? new (HostAddress, Answer)[RememberedAddresses] : [];
    }

    private enum Answer : byte
    {
        Unknown,
        No,
        Yes,
    }

    public bool IsIn(in ConnectionRecord row, HostAnswers host) =>
        IsInName(row.ProcessName) || IsIn(row.Local, row.Device) || IsIn(row.Remote, row.Device)
        || host.Of(row).Container?.Contains(_word, StringComparison.OrdinalIgnoreCase) == true;

    private static (string? Address, string Port) PartsAroundColon(string word)
    {
        var colon = word.IndexOf(':');
        if (colon < 0 || word.AsSpan(0, colon).ContainsAnyExcept(OfIPv4Addresses)
            || word.AsSpan(colon + 1).ContainsAnyExcept(OfPorts))
            return (null, word);
        return (word[..colon], word[(colon + 1)..]);
    }

    private bool IsIn(in Endpoint endpoint, KernelName device)
    {
        if (endpoint.Address.IsOfLink)
            return IsInText(endpoint, device);
        if (_mayBeInEndpoint && !endpoint.Address.IsIPv4)
            return IsInText(endpoint, device);
        if (_mayBeInEndpoint)
            return _addressPart is not null && IsInPort(endpoint.Port) && IsInAddress(endpoint.Address);
        return (_ports.Length != 0 && IsInPort(endpoint.Port)) || (_mayBeInAddress && IsInAddress(endpoint.Address));
    }

    private bool IsInPort(ushort port)
    {
        ref var answer = ref _ports[port];
        if (answer == Answer.Unknown)
        {
            Span<char> digits = stackalloc char[LongestPort];
            port.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
            var at = digits[..length].IndexOf(_portPart);
            answer = at == 0 || (at > 0 && _addressPart is null) ? Answer.Yes : Answer.No;
        }
        return answer == Answer.Yes;
    }

    private bool IsInAddress(HostAddress address)
    {
        // Any hash will do; neighbours in a network differ in the low bits.
        var value = address.Value;
        ref var known = ref _addresses[(int)((ulong)(value ^ (value >> 64) ^ (value >> 12)) % RememberedAddresses)];
        if (known.Answer == Answer.Unknown || known.Address != address)
        {
            Span<char> text = stackalloc char[HostAddress.MaxTextLength];
            address.TryFormat(text, out var length);
            var isIn = _addressPart is null ? Contains(text[..length]) : text[..length].EndsWith(_addressPart);
            known = (address, isIn ? Answer.Yes : Answer.No);
        }
        return known.Answer == Answer.Yes;
    }

    /// <summary>
    /// As it is shown: few rows have an address of a link, or a word with what stands between an IPv6 address
    /// and its port.
    /// </summary>
    private bool IsInText(in Endpoint endpoint, KernelName device)
    {
        Span<char> text = stackalloc char[EndpointText.MaxLength];
        return Contains(text[..EndpointText.Format(endpoint, device, text)]);
    }

    private bool IsInName(KernelName name)
    {
        if (name.IsEmpty)
            return false;
        if (_names.TryGetValue(name, out var known))
            return known;
        if (_names.Count == RememberedNames)
            _names.Clear();
        Span<byte> bytes = stackalloc byte[KernelName.ByteLength];
        // What is not UTF-8 becomes U+FFFD, one for a byte at the most, so that there is always room.
        Span<char> text = stackalloc char[KernelName.ByteLength];
        var length = Encoding.UTF8.GetChars(bytes[..name.CopyTo(bytes)], text);
        return _names[name] = Contains(text[..length]);
    }

    private bool Contains(ReadOnlySpan<char> text) => text.Contains(_word, StringComparison.OrdinalIgnoreCase);
}
