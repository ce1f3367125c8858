using System.Text;

namespace Tcptop.Completions;

internal static class FishCompletion
{
    public static string Write(CompletedCommand command)
    {
        var text = new StringBuilder($"""
            # fish completion for {command.Name}. Made from the command line itself by "make completions": change it there.

            # What stands before the last comma or sign stays.
            function __tcptop_fields
                set -l token (string replace -r '^--[a-z-]+=' '' -- (commandline -ct))
                set -l before (string match -r '^.*[,+-]' -- $token)
                for name in $argv
                    echo "$before$name"
                end
            end

            complete -c {command.Name} -f

            """);
        var subcommands = string.Join(' ', command.Subcommands.Select(sub => sub.Name));
        WriteFlags(text, command.Name,
            subcommands.Length == 0 ? "" : $" -n 'not __fish_seen_subcommand_from {subcommands}'", command.Flags);
        foreach (var sub in command.Subcommands)
        {
            text.Append(
                $"complete -c {command.Name} -n __fish_use_subcommand -a {sub.Name} -d '{Escape(sub.Description)}'\n");
            WriteFlags(text, command.Name, $" -n '__fish_seen_subcommand_from {sub.Name}'", sub.Flags);
        }
        return text.ToString();
    }

    private static void WriteFlags(
        StringBuilder text, string command, string condition, IReadOnlyList<CompletedFlag> flags)
    {
        foreach (var flag in flags)
        {
            var names = flag.Names.Select(
                name => name.StartsWith("--", StringComparison.Ordinal) ? $" -l {name[2..]}" : $" -s {name[1..]}");
            text.Append($"complete -c {command}{condition}{string.Concat(names)}{Value(flag)}");
            text.Append($" -d '{Escape(flag.Description)}'\n");
        }
    }

    private static string Value(CompletedFlag flag) => flag.Kind switch
    {
        ValueKind.None => "",
        ValueKind.Words => $" -x -a '{string.Join(' ', flag.Words)}'",
        ValueKind.Fields => $" -x -a '(__tcptop_fields {string.Join(' ', flag.Words)})'",
        ValueKind.File => " -r -F",
        ValueKind.Interface => " -x -a '(__fish_print_interfaces)'",
        ValueKind.Pid => " -x -a '(__fish_complete_pids)'",
        _ => " -x",
    };

    private static string Escape(string words) =>
        words.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
}
