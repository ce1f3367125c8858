using System.Buffers;
using System.Globalization;
using Tcptop.Model;

namespace Tcptop.Table.Filtering;

/// <summary>
/// A word that is to be found somewhere in a row, in upper or lower case. Most of a host's rows share few ports, names
/// and addresses: what was found out about one is remembered, so that 100,000 rows are looked through in milliseconds.
/// </summary>
internal sealed class WordTest : RowTest
{
    private const int LongestPort = 5;

    private static readonly SearchValues<char> OfPorts = SearchValues.Create("0123456789");
    private static readonly SearchValues<char> OfAddresses = SearchValues.Create("0123456789abcdefABCDEF.:[]");
    private static readonly SearchValues<char> OfIPv4Addresses = SearchValues.Create("0123456789.");
    private static readonly SearchValues<char> BetweenParts = SearchValues.Create(":[]");

    private readonly string _word;
    private readonly bool _mayBeInEndpoint;

    /// <summary>
    /// What an IPv4 address ends with where its port begins with <see cref="_portPart"/>; null of a word that
    /// no IPv4 endpoint has in it.
    /// </summary>
    private readonly string? _addressPart;
    private readonly string _portPart;
    private readonly Answer[] _ports;
    private readonly NameParts _names;
    private readonly EndpointParts _endpoints;
    private readonly bool[] _states = new bool[byte.MaxValue + 1];
    private readonly bool[] _protocols = new bool[byte.MaxValue + 1];

    /// <summary>Null: no address has it in it.</summary>
    private readonly AddressParts? _addresses;

    public WordTest(string word)
    {
        _word = word;
        var isOfPort = word.Length <= LongestPort && !word.AsSpan().ContainsAnyExcept(OfPorts);
        var isOfAddress = !word.AsSpan().ContainsAnyExcept(OfAddresses);
        // With what stands between address and port, the two are looked at as they are shown.
        _mayBeInEndpoint = isOfAddress && word.AsSpan().ContainsAny(BetweenParts);
        (_addressPart, _portPart) = _mayBeInEndpoint ? PartsAroundColon(word) : (null, word);
        _ports = isOfPort || _addressPart is not null ? new Answer[ushort.MaxValue + 1] : [];
        (_names, _endpoints) = (new NameParts(word), new EndpointParts(word));
        for (var i = 0; i <= byte.MaxValue; i++)
            (_states[i], _protocols[i]) = (Contains(((TcpState)i).Name()), Contains(((Protocol)i).Name()));
        if (_addressPart is not null)
            _addresses = new AddressParts(_addressPart, atEnd: true);
        else if (isOfAddress && !_mayBeInEndpoint)
            _addresses = new AddressParts(word);
    }

    private enum Answer : byte
    {
        Unknown,
        No,
        Yes,
    }

    public override bool Holds(in RowInView row) =>
        _names.IsIn(row.Record.ProcessName) || IsIn(row.Record.Local, row.Record.Device)
        || IsIn(row.Record.Remote, row.Record.Device) || Contains(row.Facts.Container)
        || (row.Record.State is { } state && _states[(byte)state]) || _protocols[(byte)row.Record.Protocol];

    private static (string? Address, string Port) PartsAroundColon(string word)
    {
        var colon = word.IndexOf(':');
        if (colon < 0 || word.AsSpan(0, colon).ContainsAnyExcept(OfIPv4Addresses)
            || word.AsSpan(colon + 1).ContainsAnyExcept(OfPorts))
            return (null, word);
        return (word[..colon], word[(colon + 1)..]);
    }

    /// <summary>
    /// As it is shown where it must be: few rows have an address of a link, or a word with what stands between an IPv6
    /// address and its port.
    /// </summary>
    private bool IsIn(in Endpoint endpoint, KernelName device)
    {
        if (endpoint.Address.IsOfLink)
            return _endpoints.IsIn(endpoint, device);
        if (_mayBeInEndpoint && !endpoint.Address.IsIPv4)
            return _endpoints.IsIn(endpoint, device);
        if (_mayBeInEndpoint)
            return _addresses is not null && IsInPort(endpoint.Port) && _addresses.IsIn(endpoint.Address);
        return (_ports.Length != 0 && IsInPort(endpoint.Port)) || _addresses?.IsIn(endpoint.Address) == true;
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

    /// <summary>Not in a text that is not known.</summary>
    private bool Contains(ReadOnlySpan<char> text) => text.Contains(_word, StringComparison.OrdinalIgnoreCase);
}
