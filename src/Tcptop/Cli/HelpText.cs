using System.CommandLine;
using System.Text;

namespace Tcptop.Cli;

/// <summary>Flags that belong together, under the title that the help gives them.</summary>
internal sealed record FlagGroup(string Title, IReadOnlyList<Option> Flags)
{
    public void AddTo(Command command)
    {
        foreach (var flag in Flags)
            command.Options.Add(flag);
    }
}

/// <summary>
/// The help, on 80 columns: what it does, the ways to call it, flags by group, examples. All about flags is
/// from their definition.
/// </summary>
internal static class HelpText
{
    public const int Columns = 80;

    private const int DescriptionAt = 26;

    public static string Write(string description, IReadOnlyList<string> usages, IReadOnlyList<FlagGroup> groups,
        IReadOnlyList<string> examples)
    {
        var text = new StringBuilder();
        Wrap(text, description, indent: 0);
        text.Append("\nUsage:\n");
        foreach (var usage in usages)
            text.Append("  ").Append(usage).Append('\n');
        foreach (var group in groups)
        {
            text.Append('\n').Append(group.Title).Append(":\n");
            foreach (var flag in group.Flags)
                WriteFlag(text, flag);
        }
        text.Append("\nExamples:\n");
        foreach (var example in examples)
            text.Append("  ").Append(example).Append('\n');
        return text.Append("\nMore: man tcptop\n").ToString();
    }

    private static void WriteFlag(StringBuilder text, Option flag)
    {
        var names = $"  {string.Join(", ", flag.Aliases.Prepend(flag.Name).OrderBy(name => name.Length))}{(flag.HelpName is { } value ? " " + value : "")}";
        text.Append(names);
        // One that is too long for its column has its description below.
        if (names.Length > DescriptionAt - 2)
            text.Append('\n').Append(' ', DescriptionAt);
        else
            text.Append(' ', DescriptionAt - names.Length);
        Wrap(text, flag.Description ?? "", DescriptionAt);
    }

    /// <summary>Ends the line that it begins on; further ones are indented.</summary>
    private static void Wrap(StringBuilder text, string words, int indent)
    {
        var column = indent;
        foreach (var word in words.Split(' '))
        {
            if (column + word.Length > Columns && column > indent)
            {
                text.Length--;
                text.Append('\n').Append(' ', indent);
                column = indent;
            }
            text.Append(word).Append(' ');
            column += word.Length + 1;
        }
        text.Length--;
        text.Append('\n');
    }
}
