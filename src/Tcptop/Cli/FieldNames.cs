using System.Collections.Immutable;
using Tcptop.Model;
using Tcptop.Model.Fields;
using Tcptop.Streams;

namespace Tcptop.Cli;

/// <summary>Fields by the names that users give them.</summary>
internal static class FieldNames
{
    /// <summary>What other tools, and this one's titles, call a field.</summary>
    private static readonly Dictionary<string, Field> Meant = new(StringComparer.OrdinalIgnoreCase)
    {
        ["device"] = FieldList.Interface,
        ["dev"] = FieldList.Interface,
        ["iface"] = FieldList.Interface,
        ["age"] = FieldList.Age,
        ["rtt"] = FieldList.Rtt,
        ["minrtt"] = FieldList.MinRtt,
        ["retrans"] = FieldList.Retransmits,
        ["protocol"] = FieldList.Protocol,
        ["name"] = FieldList.Process,
        ["comm"] = FieldList.Process,
        ["cmd"] = FieldList.Command,
        ["rate"] = FieldList.RateTotal,
        ["sport"] = FieldList.LocalPort,
        ["lport"] = FieldList.LocalPort,
        ["dport"] = FieldList.RemotePort,
        ["rport"] = FieldList.RemotePort,
        ["src"] = FieldList.Local,
        ["dst"] = FieldList.Remote,
    };

    /// <summary>Null when there is none of that name; then why, and what may have been meant.</summary>
    public static Field? Find(string name, out string mistake)
    {
        mistake = "";
        if (FieldList.Find(name) is { } field)
            return field;
        var near = NameMeant(name);
        mistake = $"unknown field '{SingleLine.Of(name)}'"
            + (near is null ? "; see tcptop fields" : $"; did you mean {near}?");
        return null;
    }

    private static string? NameMeant(string name)
    {
        if (Meant.TryGetValue(name, out var meant))
            return meant.Name;
        foreach (var field in FieldList.All)
        {
            if (string.Equals(field.Name, name.Replace('-', '_'), StringComparison.OrdinalIgnoreCase)
                || string.Equals(field.Title, name, StringComparison.OrdinalIgnoreCase))
                return field.Name;
        }
        return NearestName.Find(name, FieldList.All.Select(static field => field.Name));
    }
}

/// <summary>
/// The value of --columns: fields in the place of an output's own, or beside and without some of them.
/// </summary>
/// <param name="Fields">In the place of the output's own; empty: those stay.</param>
/// <param name="Changes">Fields that are added behind them, or taken away.</param>
internal sealed record ColumnChoice(ImmutableArray<Field> Fields, ImmutableArray<(Field Field, bool IsAdded)> Changes)
{
    public const string Allowed = "field names with commas between them, or +FIELD and -FIELD";

    /// <summary>A sign holds for the names behind it, too, until there is another.</summary>
    public static ColumnChoice? Parse(string text, out string mistake)
    {
        var fields = ImmutableArray.CreateBuilder<Field>();
        var changes = ImmutableArray.CreateBuilder<(Field, bool)>();
        char? sign = null;
        foreach (var part in text.Split(','))
        {
            var name = part.Trim();
            if (name.StartsWith('+') || name.StartsWith('-'))
                (sign, name) = (name[0], name[1..]);
            if (FieldNames.Find(name, out mistake) is not { } field)
            {
                mistake = name.Length == 0 ? $"give {Allowed}" : mistake;
                return null;
            }
            if (sign is not null)
                changes.Add((field, sign == '+'));
            else if (!fields.Contains(field))
                fields.Add(field);
        }
        mistake = "";
        return new ColumnChoice(fields.ToImmutable(), changes.ToImmutable());
    }

    /// <summary>Whether it is asked for by name.</summary>
    public bool Names(Field field) => Fields.Contains(field) || Changes.Contains((field, true));

    /// <summary>The columns of an output that has these by itself.</summary>
    public ImmutableArray<Field> Of(ImmutableArray<Field> usual)
    {
        var columns = (Fields.IsEmpty ? usual : Fields).ToBuilder();
        foreach (var (field, isAdded) in Changes)
        {
            if (!isAdded)
                columns.Remove(field);
            else if (!columns.Contains(field))
                columns.Add(field);
        }
        return columns.ToImmutable();
    }
}
