using System.Text;

namespace Tcptop.Completions;

/// <summary>
/// For bash alone, without the bash-completion package. What the host gives (devices, pids) is compared by
/// the shell itself: "compgen -W" would expand names as commands.
/// </summary>
internal static class BashCompletion
{
    public static string Write(CompletedCommand command)
    {
        var text = new StringBuilder($$"""
            # bash completion for {{command.Name}}. Made from the command line itself by "make completions": change it there.

            _{{command.Name}}_among() {
                local name
                for name; do
                    [[ $name == "$cur"* ]] && COMPREPLY+=("$name")
                done
            }

            # What stands before the last comma or sign stays.
            _{{command.Name}}_fields() {
                local before=${cur%"${cur##*[,+-]}"} name
                compopt -o nospace
                for name; do
                    [[ $before$name == "$cur"* ]] && COMPREPLY+=("$before$name")
                done
            }

            _{{command.Name}}() {
                local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command= word
                COMPREPLY=()
                # bash takes --flag=value for three words.
                if [[ $cur == = ]]; then
                    cur=
                elif [[ $prev == = ]]; then
                    prev=${COMP_WORDS[COMP_CWORD - 2]}
                fi

            """);
        if (command.Subcommands.Count != 0)
            WriteSubcommandSearch(text, command);
        text.Append("    case $command:$prev in\n");
        foreach (var (name, flags) in Commands(command))
            WriteValues(text, name, flags);
        text.Append("    esac\n    case $command in\n");
        foreach (var (name, flags) in Commands(command))
        {
            IEnumerable<string> subcommands = name.Length == 0 ? command.Subcommands.Select(sub => sub.Name) : [];
            var words = flags.SelectMany(flag => flag.Names).Concat(subcommands);
            text.Append($"        '{name}') _{command.Name}_among {string.Join(' ', words)} ;;\n");
        }
        return text.Append($"    esac\n}}\n\ncomplete -F _{command.Name} {command.Name}\n").ToString();
    }

    private static IEnumerable<(string Name, IReadOnlyList<CompletedFlag> Flags)> Commands(CompletedCommand command) =>
        [("", command.Flags), .. command.Subcommands.Select(sub => (sub.Name, sub.Flags))];

    private static void WriteSubcommandSearch(StringBuilder text, CompletedCommand command)
    {
        text.Append("    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n        case $word in\n");
        text.Append($"            {string.Join('|', command.Subcommands.Select(sub => sub.Name))}) command=$word ;;\n        esac\n    done\n");
    }

    private static void WriteValues(StringBuilder text, string command, IReadOnlyList<CompletedFlag> flags)
    {
        var kinds = flags
            .Where(flag => flag.Kind != ValueKind.None)
            .GroupBy(flag => flag.Kind == ValueKind.Words ? flag.ValueName : flag.Kind.ToString());
        foreach (var kind in kinds)
        {
            var names = kind.SelectMany(flag => flag.Names).Select(name => $"{command}:{name}");
            text.Append($"        {string.Join(" | ", names)})\n{Action(kind.First())}            return ;;\n");
        }
    }

    private static string Action(CompletedFlag flag)
    {
        var lines = flag.Kind switch
        {
            ValueKind.Words => [$"_tcptop_among {string.Join(' ', flag.Words)}"],
            ValueKind.Fields => [$"_tcptop_fields {string.Join(' ', flag.Words)}"],
            ValueKind.File => ["compopt -o filenames", "mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")"],
            ValueKind.Interface => ["local devices=(/sys/class/net/*)", "_tcptop_among \"${devices[@]##*/}\""],
            ValueKind.Pid => ["local pids=(/proc/[0-9]*)", "_tcptop_among \"${pids[@]##*/}\""],
            _ => (string[])[],
        };
        return string.Concat(lines.Select(line => $"            {line}\n"));
    }
}
