using Tcptop.Model.Fields;

namespace Tcptop.Model.Filtering;

/// <summary>What can be compared, and what is asked for by a word alone, by name.</summary>
internal static class FilterSubjects
{
    private static readonly Dictionary<string, FilterEnds> Ends = new(StringComparer.OrdinalIgnoreCase)
    {
        ["port"] = FilterEnds.Port,
        ["host"] = FilterEnds.Host,
        ["net"] = FilterEnds.Net,
    };

    private static readonly Dictionary<string, Field> ShortNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["rport"] = FieldList.RemotePort,
        ["dport"] = FieldList.RemotePort,
        ["lport"] = FieldList.LocalPort,
        ["sport"] = FieldList.LocalPort,
        ["src"] = FieldList.Local,
        ["dst"] = FieldList.Remote,
        ["proc"] = FieldList.Process,
        ["ctr"] = FieldList.Container,
        ["rtt"] = FieldList.Rtt,
        ["age"] = FieldList.Age,
        ["retrans"] = TcpFields.RetransmitShare,
    };

    private static readonly Dictionary<string, FilterKind> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["tcp"] = new(Protocol.Tcp, null),
        ["udp"] = new(Protocol.Udp, null),
        ["v4"] = new(null, true),
        ["v6"] = new(null, false),
    };

    public static bool IsName(string word) => EndsNamed(word) is not null || FieldNamed(word) is not null;

    public static FilterEnds? EndsNamed(string word) => Ends.TryGetValue(word, out var ends) ? ends : null;

    public static Field? FieldNamed(string word) =>
        ShortNames.GetValueOrDefault(word) ?? FieldList.Find(word.ToLowerInvariant().Replace('-', '_'));

    public static FilterKind? KindNamed(string word) => Kinds.GetValueOrDefault(word);

    /// <summary>All that may stand before an operator.</summary>
    public static IEnumerable<string> Names =>
        Ends.Keys.Concat(ShortNames.Keys).Concat(FieldList.All.Select(static known => known.Name));

    public static FilterException Unknown(FilterToken name)
    {
        var given = name.Text.TrimEnd(':');
        var near = NearestName.Find(given, Names);
        return new FilterException(name.At, given.Length,
            $"unknown field '{given}'{(near is null ? "; see tcptop fields" : $"; did you mean '{near}'?")}");
    }
}
