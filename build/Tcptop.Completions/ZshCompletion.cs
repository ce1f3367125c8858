using System.Text;

namespace Tcptop.Completions;

internal static class ZshCompletion
{
    public static string Write(CompletedCommand command)
    {
        var text = new StringBuilder($"""
            #compdef {command.Name}
            # zsh completion for {command.Name}. Made from the command line itself by "make completions": change it there.

            """);
        var hasSubcommands = command.Subcommands.Count != 0;
        if (hasSubcommands)
            text.Append("\nlocal context state state_descr line\ntypeset -A opt_args\n");
        text.Append(hasSubcommands ? "\n_arguments -C -s -S" : "\n_arguments -s -S");
        WriteFlags(text, command.Flags);
        if (!hasSubcommands)
            return text.Append('\n').ToString();
        var commands = string.Join(
            ' ', command.Subcommands.Select(sub => $"{sub.Name}\\:\"{Escape(sub.Description)}\""));
        text.Append($" \\\n    '1:command:(({commands}))' \\\n    '*::argument:->rest'\n\n[[ $state == rest ]] || return\ncase $words[1] in\n");
        foreach (var sub in command.Subcommands)
        {
            text.Append($"    {sub.Name})\n        _arguments -s -S");
            WriteFlags(text, sub.Flags);
            text.Append(" ;;\n");
        }
        return text.Append("esac\n").ToString();
    }

    private static void WriteFlags(StringBuilder text, IReadOnlyList<CompletedFlag> flags)
    {
        foreach (var flag in flags)
        {
            // What may be given once takes its other name with it.
            var once = flag.IsRepeatable ? "'*'" : flag.Names.Count > 1 ? $"'({string.Join(' ', flag.Names)})'" : "";
            var names = flag.Names.Select(name => name + EndOf(name, flag.Kind));
            var spelling = flag.Names.Count > 1 ? $"{{{string.Join(',', names)}}}" : names.First();
            text.Append($" \\\n    {once}{spelling}'[{Escape(flag.Description)}]{Value(flag)}'");
        }
    }

    /// <summary>What says that a value follows: in the next word, or in the same one as well.</summary>
    private static string EndOf(string name, ValueKind kind)
    {
        if (kind == ValueKind.None)
            return "";
        return name.StartsWith("--", StringComparison.Ordinal) ? "=" : "+";
    }

    private static string Value(CompletedFlag flag) => flag.Kind switch
    {
        ValueKind.None => "",
        ValueKind.Words => $":form:({string.Join(' ', flag.Words)})",
        ValueKind.Fields =>
            $":{flag.ValueName}:{{compset -P \"*[,+-]\"; compadd -S \"\" -- {string.Join(' ', flag.Words)}}}",
        ValueKind.File => $":{flag.ValueName}:_files",
        ValueKind.Interface => $":{flag.ValueName}:_net_interfaces",
        ValueKind.Pid => $":{flag.ValueName}:_pids",
        _ => $":{flag.ValueName}: ",
    };

    private static string Escape(string words) => words
        .Replace("'", "'\\''", StringComparison.Ordinal)
        .Replace("[", "\\[", StringComparison.Ordinal)
        .Replace("]", "\\]", StringComparison.Ordinal)
        .Replace(":", "\\:", StringComparison.Ordinal);
}
