using System.Globalization;
using System.Net;
using Tcptop.Model.Fields;

namespace Tcptop.Model.Filtering;

/// <summary>From what is typed behind an operator to what a field of that kind is compared with.</summary>
/// <param name="portOf">The port of a service; null: there are no names.</param>
internal sealed class FilterValues(Func<string, ushort?>? portOf)
{
    private const int BitsBeforeIPv4 = 96;

    /// <param name="ends">What is asked of both ends.</param>
    /// <param name="meant">The operator,</param>
    /// <param name="sign">and where it stands.</param>
    /// <param name="value">What is typed.</param>
    /// <exception cref="FilterException">It cannot be compared so, or not with that.</exception>
    public FilterValue OfEnds(FilterEnds ends, FilterOperator meant, FilterToken sign, FilterToken value)
    {
        Require(
            FilterWords.NameOf(ends), meant, sign, isOrdered: ends == FilterEnds.Port, isText: ends == FilterEnds.Host);
        return ends switch
        {
            FilterEnds.Port => Port(value),
            _ when meant == FilterOperator.Contains => new FilterText(value.Text),
            _ => Net(value, ends == FilterEnds.Net),
        };
    }

    /// <summary>The same of a field.</summary>
    public FilterValue Of(Field field, FilterOperator meant, FilterToken sign, FilterToken value)
    {
        var isOrdered = field is NumberField or FractionField or ShareField or TimeField;
        var isText = field is TextField or NameField or AddressField or EndpointField;
        Require(field.Name, meant, sign, isOrdered, isText);
        return field switch
        {
            _ when field == FieldList.LocalPort || field == FieldList.RemotePort => Port(value),
            NumberField or FractionField or ShareField => FilterUnits.Number(field, value),
            FlagField => Flag(value),
            TimeField => Time(value),
            _ when meant == FilterOperator.Contains => new FilterText(value.Text),
            AddressField => Net(value, mayBeNet: true),
            EndpointField => EndpointOrNet(value),
            _ when field == FieldList.State => State(value),
            _ when field == FieldList.Protocol => ProtocolName(value),
            _ => new FilterText(value.Text),
        };
    }

    private static void Require(string name, FilterOperator meant, FilterToken sign, bool isOrdered, bool isText)
    {
        var isFine = meant switch
        {
            FilterOperator.Equal or FilterOperator.NotEqual => true,
            FilterOperator.Contains => isText,
            _ => isOrdered,
        };
        if (isFine)
            return;
        var more = (isText ? ", ~" : "") + (isOrdered ? ", <, <=, >, >=" : "");
        throw new FilterException(
            sign.At, sign.End - sign.At, $"'{name}' cannot be compared by '{sign.Text}'; it takes =, !=, in{more}");
    }

    private FilterNumber Port(FilterToken value)
    {
        if (ushort.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return new FilterNumber(port, port, value.Text);
        if (portOf?.Invoke(value.Text) is { } named)
            return new FilterNumber(named, named, value.Text);
        throw Wrong(value, "a port from 0 to 65535, or the name of a service,");
    }

    private static FilterFlag Flag(FilterToken value) => value.Text.ToLowerInvariant() switch
    {
        "yes" or "true" or "1" => new FilterFlag(true),
        "no" or "false" or "0" => new FilterFlag(false),
        _ => throw Wrong(value, "yes or no"),
    };

    private static FilterTime Time(FilterToken value) =>
        DateTimeOffset.TryParse(
            value.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time)
            ? new FilterTime(time)
            : throw Wrong(value, "a time like 2026-11-30T14:03:00Z");

    private static FilterNet Net(FilterToken value, bool mayBeNet)
    {
        var slash = value.Text.IndexOf('/');
        var address = slash < 0 ? value.Text : value.Text[..slash];
        if (!TryAddress(address, out var parsed) || (slash >= 0 && !mayBeNet))
            throw Wrong(value, mayBeNet ? "an address, or a net like 10.0.0.0/8," : "an address");
        var most = parsed.IsIPv4 ? 32 : 128;
        var length = most;
        if (slash >= 0
            && (!int.TryParse(value.Text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length)
                || length > most))
            throw Wrong(value, $"a net with a prefix of 0 to {most} bits");
        return new FilterNet(parsed, parsed.IsIPv4 ? BitsBeforeIPv4 + length : length);
    }

    private static FilterValue EndpointOrNet(FilterToken value)
    {
        var colon = value.Text.LastIndexOf(':');
        var isBracketed = value.Text.StartsWith('[') && colon > 0 && value.Text[colon - 1] == ']';
        if (colon > 0 && (isBracketed || value.Text.IndexOf(':') == colon)
            && TryAddress(isBracketed ? value.Text[1..(colon - 1)] : value.Text[..colon], out var address)
            && ushort.TryParse(
                value.Text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return new FilterEndpoint(new Endpoint(address, port));
        return Net(value, mayBeNet: true);
    }

    private static FilterText State(FilterToken value) =>
        TcpStateNames.Find(value.Text) is { } state
            ? new FilterText(state.Name())
            : throw Wrong(value, "a TCP state, such as established or close_wait,");

    private static FilterText ProtocolName(FilterToken value) => value.Text.ToLowerInvariant() switch
    {
        "tcp" => new FilterText("tcp"),
        "udp" => new FilterText("udp"),
        _ => throw Wrong(value, "tcp or udp"),
    };

    /// <summary>Whole ones alone: the library takes 10.1 for 10.0.0.1, and zones.</summary>
    private static bool TryAddress(string text, out HostAddress address)
    {
        address = default;
        var isIPv4 = !text.Contains(':') && text.Count(static c => c == '.') == 3;
        if ((!isIPv4 && !text.Contains(':')) || text.Contains('%') || !IPAddress.TryParse(text, out var parsed))
            return false;
        address = HostAddress.Parse(parsed.ToString());
        return true;
    }

    internal static FilterException Wrong(FilterToken value, string expected) =>
        new(value.At, value.End - value.At, $"{expected.TrimEnd(',')} is expected, not '{value.Text}'");
}
