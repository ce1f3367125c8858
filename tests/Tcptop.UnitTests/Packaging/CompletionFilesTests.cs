using Tcptop.Completions;
using Tcptop.UnitTests.Collectors;
using Xunit;

namespace Tcptop.UnitTests.Packaging;

public sealed class CompletionFilesTests
{
    [Theory]
    [InlineData("tcptop.bash")]
    [InlineData("_tcptop")]
    [InlineData("tcptop.fish")]
    public void The_file_in_the_tree_is_what_the_command_line_gives(string name)
    {
        var command = CompletedCommand.From(new Tcptop.Cli.CommandLine().Definition, "tcptop");
        var given = CompletionFiles.All(command).Single(file => file.Name == name).Text;
        var committed = File.ReadAllText(
            Path.Combine(AbiLayoutTests.RepositoryRoot(), "packaging", "completions", name));
        Assert.True(given == committed, $"run 'make completions': packaging/completions/{name} is not\n{given}");
    }

    [Fact]
    public void The_manual_pages_fields_are_those_of_the_registry()
    {
        var page = File.ReadAllText(Path.Combine(AbiLayoutTests.RepositoryRoot(), "packaging", "man", "tcptop.8"));
        Assert.True(page == ManualFields.Update(page), "run 'make completions': the manual page has other fields");
    }

    [Fact]
    public void A_subcommand_has_flags_of_its_own_in_each_shell()
    {
        var size = new CompletedFlag(["--size"], "How much", "SIZE", ValueKind.Unlisted, [], IsRepeatable: false);
        var quiet = new CompletedFlag(
            ["-q", "--quiet"], "Say [nothing]: it's quiet", "", ValueKind.None, [], IsRepeatable: false);
        var files = CompletionFiles.All(
            new CompletedCommand("tcptop", "", [quiet], [new CompletedCommand("watch", "Look on", [size], [])]));
        string Text(string name) => files.Single(file => file.Name == name).Text;
        Assert.Contains("watch) command=$word ;;", Text("tcptop.bash"), StringComparison.Ordinal);
        Assert.Contains("    '') _tcptop_among -q --quiet watch ;;\n        'watch') _tcptop_among --size ;;\n",
            Text("tcptop.bash"), StringComparison.Ordinal);
        Assert.Contains("'(-q --quiet)'{-q,--quiet}'[Say \\[nothing\\]\\: it'\\''s quiet]'", Text("_tcptop"),
            StringComparison.Ordinal);
        Assert.Contains("'1:command:((watch\\:\"Look on\"))'", Text("_tcptop"), StringComparison.Ordinal);
        Assert.Contains("    watch)\n        _arguments -s -S \\\n    --size='[How much]:SIZE: ' ;;\n", Text("_tcptop"),
            StringComparison.Ordinal);
        Assert.Contains("complete -c tcptop -n __fish_use_subcommand -a watch -d 'Look on'\n", Text("tcptop.fish"),
            StringComparison.Ordinal);
        Assert.Contains("complete -c tcptop -n '__fish_seen_subcommand_from watch' -l size -x -d 'How much'\n",
            Text("tcptop.fish"), StringComparison.Ordinal);
        Assert.Contains("complete -c tcptop -n 'not __fish_seen_subcommand_from watch' -s q -l quiet -d 'Say [nothing]: it\\'s quiet'\n", Text("tcptop.fish"), StringComparison.Ordinal);
    }
}
