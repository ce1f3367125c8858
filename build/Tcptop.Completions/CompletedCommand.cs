using System.CommandLine;
using Tcptop.Model.Fields;

namespace Tcptop.Completions;

/// <summary>What can stand in a flag's place.</summary>
internal enum ValueKind
{
    None,
    Unlisted,
    Words,
    File,
    Interface,
    Pid,

    /// <summary>Names of fields, one or more with commas between them, and signs before them.</summary>
    Fields,
}

/// <param name="Names">Shortest first.</param>
/// <param name="ValueName">As the help has it; empty for a flag without a value.</param>
/// <param name="Words">Of <see cref="ValueKind.Words"/> and <see cref="ValueKind.Fields"/>.</param>
internal sealed record CompletedFlag(
    IReadOnlyList<string> Names, string Description, string ValueName, ValueKind Kind, IReadOnlyList<string> Words,
    bool IsRepeatable);

/// <summary>A command line as completions need it.</summary>
internal sealed record CompletedCommand(
    string Name, string Description, IReadOnlyList<CompletedFlag> Flags, IReadOnlyList<CompletedCommand> Subcommands)
{
    public static CompletedCommand From(Command command, string name) => new(
        name,
        command.Description ?? "",
        [.. command.Options.Where(option => !option.Hidden).Select(From)],
        [.. command.Subcommands.Where(sub => !sub.Hidden).Select(sub => From(sub, sub.Name))]);

    private static CompletedFlag From(Option option)
    {
        var value = option.HelpName ?? "";
        return new(
            [.. option.Aliases.Prepend(option.Name).OrderBy(name => name.Length)],
            option.Description ?? "",
            value,
            KindOf(option.Name, value),
            WordsOf(value),
            option.Arity.MaximumNumberOfValues > 1);
    }

    private static string[] WordsOf(string value)
    {
        if (value is "NAMES" or "FIELD")
            return [.. FieldList.All.Select(static field => field.Name)];
        return value.Contains('|', StringComparison.Ordinal) ? value.Split('|') : [];
    }

    private static ValueKind KindOf(string flag, string value) => (flag, value) switch
    {
        (_, "") => ValueKind.None,
        (_, "FILE") => ValueKind.File,
        (_, "IFACE") => ValueKind.Interface,
        (_, "NAMES" or "FIELD") => ValueKind.Fields,
        ("--pid", _) => ValueKind.Pid,
        _ when value.Contains('|', StringComparison.Ordinal) => ValueKind.Words,
        // Names of processes too: they are what anybody calls his, and a shell would show and insert them.
        _ => ValueKind.Unlisted,
    };
}
