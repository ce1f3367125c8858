using Tcptop.Lifetime;
using Tcptop.Model;
using Tcptop.Model.Fields;
using Tcptop.Tui.Input;
using Tcptop.UnitTests.Collectors;
using Xunit;

namespace Tcptop.UnitTests.Packaging;

/// <summary>The manual page says what the program has, no more and no less.</summary>
public sealed class ManualPageTests
{
    private static readonly ManualPage Page = ManualPage.Read(
        Path.Combine(AbiLayoutTests.RepositoryRoot(), "packaging", "man", "tcptop.8"));

    private static readonly System.CommandLine.Command Program = new Tcptop.Cli.CommandLine().Definition;

    [Fact]
    public void Its_flags_are_those_of_the_command_line() =>
        Assert.Equal(FlagsOf(Program), Page.Tags("OPTIONS").Order(StringComparer.Ordinal));

    [Fact]
    public void Every_command_has_a_section_with_its_flags()
    {
        var commands = Page.Text("SYNOPSIS").Split('\n')
            .Where(line => line.StartsWith("tcptop ", StringComparison.Ordinal))
            .Where(line => !line.StartsWith("tcptop [", StringComparison.Ordinal));
        Assert.Equal(Program.Subcommands.Select(command => command.Name), commands.Select(line => line.Split(' ')[1]));
        foreach (var command in Program.Subcommands)
            Assert.Equal(FlagsOf(command), Page.Tags(command.Name.ToUpperInvariant()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Its_fields_are_those_of_the_registry_in_their_order() =>
        Assert.Equal(FieldList.All.Select(field => field.Name), Page.Tags("FIELD NAMES"));

    [Fact]
    public void Its_keys_are_those_of_the_screen()
    {
        var keys = KeyBindings.All.SelectMany(binding => binding.Keys).Select(KeyNames.Of);
        var described = Page.Tags("KEYS").SelectMany(tag => tag.Split(", "));
        Assert.Equal(
            keys.Distinct().Order(StringComparer.Ordinal), described.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Its_exit_codes_are_those_of_the_program() => Assert.Equal(
        new[] { ExitCode.Ok, ExitCode.Failed, ExitCode.BadUsage, ExitCode.Unsupported,
            ExitCode.NoPrivilege }.Select(code => $"{code}"), Page.Tags("EXIT STATUS"));

    [Fact]
    public void Each_loss_is_there_once()
    {
        var tags = Page.Tags("LOSSES");
        Assert.Equal(tags.Distinct(), tags);
        Assert.Empty(Losses.OfConnections.Select(kind => kind.Name).Except(tags));
    }

    [Fact]
    public void Its_examples_are_understood()
    {
        var examples = Page.Tags("EXAMPLES");
        Assert.True(examples.Count > 4);
        foreach (var example in examples)
        {
            var arguments = example.Split(" | ")[0].Split(' ')[2..];
            var parsed = new Tcptop.Cli.CommandLine().Parse(arguments, stdoutIsTerminal: true);
            Assert.True(parsed is { Options: not null } or { Trace: not null }, parsed.Text);
        }
    }

    [Theory]
    [InlineData("--interval", "0.1 to 3600", "Default 1.")]
    [InlineData("--udp-idle", "0.1 to 3600", "Default 5.")]
    [InlineData("--port", "1 to 65535", "")]
    [InlineData("--format", "text|json|csv", "Default text.")]
    public void It_says_what_is_allowed_and_what_is_the_default(string flag, string allowed, string standard)
    {
        var entry = Page.Entry("OPTIONS", flag + " ");
        Assert.Contains(allowed, entry, StringComparison.Ordinal);
        Assert.Contains(standard, entry, StringComparison.Ordinal);
    }

    private static IEnumerable<string> FlagsOf(System.CommandLine.Command command) => command.Options
        .Select(
            option => string.Join(", ", option.Aliases.Prepend(option.Name).OrderBy(name => name.Length))
                + (option.HelpName is { } value ? $" {value}" : ""))
        .Order(StringComparer.Ordinal);
}
