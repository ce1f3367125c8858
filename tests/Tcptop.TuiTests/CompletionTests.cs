using Xunit;

namespace Tcptop.TuiTests;

/// <summary>The completions, at the prompt of the shells that they are for.</summary>
public sealed class CompletionTests
{
    private static readonly string Folder = Path.Combine(RepositoryRoot(), "packaging", "completions");

    /// <summary>What is typed before Tab, and the line after it.</summary>
    private static readonly (string Typed, string Line)[] Promises =
    [
        ("tcptop --udp-i", "tcptop --udp-idle"),
        ("tcptop -a --remo", "tcptop -a --remote-port"),
        ("tcptop --format j", "tcptop --format json"),
        ("tcptop --format=c", "tcptop --format=csv"),
        ("tcptop --interface l", "tcptop --interface lo"),
        ("tcptop tr", "tcptop trace"),
        ("tcptop trace --buf", "tcptop trace --buffer"),
        ("tcptop trace --udp --format t", "tcptop trace --udp --format text"),
        ("tcptop --pid 1 --pro", "tcptop --pid 1 --process"),
        ($"tcptop --log {Folder}/tcptop.f", $"tcptop --log {Folder}/tcptop.fish"),
    ];

    [Fact]
    public void Bash_completes_flags_and_their_values()
    {
        using var terminal = Bash();
        AssertKept(terminal);
    }

    [Fact]
    public void Zsh_completes_flags_and_their_values()
    {
        using var terminal = Zsh();
        AssertKept(terminal);
    }

    [Fact]
    public void Fish_completes_flags_and_their_values()
    {
        using var terminal = Fish();
        AssertKept(terminal);
    }

    [Theory]
    [InlineData("tcptop --columns bytes_i", "tcptop --columns bytes_in")]
    [InlineData("tcptop --columns pid,+rtt_", "tcptop --columns pid,+rtt_us")]
    public void Bash_completes_the_last_field_of_a_list(string typed, string line)
    {
        using var terminal = Bash();
        AssertBecomes(terminal, typed, line);
    }

    [Theory]
    [InlineData("tcptop --columns bytes_i", "tcptop --columns bytes_in")]
    [InlineData("tcptop --columns pid,+rtt_", "tcptop --columns pid,+rtt_us")]
    public void Zsh_completes_the_last_field_of_a_list(string typed, string line)
    {
        using var terminal = Zsh();
        AssertBecomes(terminal, typed, line);
    }

    [Theory]
    [InlineData("tcptop --columns bytes_i", "tcptop --columns bytes_in")]
    [InlineData("tcptop --columns pid,+rtt_", "tcptop --columns pid,+rtt_us")]
    public void Fish_completes_the_last_field_of_a_list(string typed, string line)
    {
        using var terminal = Fish();
        AssertBecomes(terminal, typed, line);
    }

    private static TmuxTerminal Bash()
    {
        var terminal = new TmuxTerminal(160, 20);
        terminal.TypeLine($"source '{Folder}/tcptop.bash'");
        return terminal;
    }

    private static TmuxTerminal Zsh()
    {
        var terminal = new TmuxTerminal(160, 20);
        terminal.TypeLine("exec zsh -f");
        terminal.TypeLine(
            $"PS1='$ '; fpath=('{Folder}' $fpath); autoload -Uz compinit; compinit -D -u; echo ready");
        terminal.WaitForLine(line => line == "ready", "zsh has its completions");
        return terminal;
    }

    private static TmuxTerminal Fish()
    {
        var terminal = new TmuxTerminal(160, 20);
        terminal.TypeLine("exec fish --no-config --private");
        terminal.TypeLine($"function fish_prompt; echo '$ '; end; source '{Folder}/tcptop.fish'; echo ready");
        terminal.WaitForLine(line => line == "ready", "fish has its completions");
        return terminal;
    }

    private static void AssertKept(TmuxTerminal terminal)
    {
        foreach (var (typed, line) in Promises)
        {
            AssertBecomes(terminal, typed, line);
            terminal.Press("C-u");
            terminal.WaitForLine(shown => shown == "$", "the line is empty again");
        }
    }

    private static void AssertBecomes(TmuxTerminal terminal, string typed, string line)
    {
        terminal.Press(typed);
        terminal.WaitForLine(
            shown => shown.StartsWith($"$ {typed}", StringComparison.Ordinal), $"'{typed}' is typed");
        terminal.Press("Tab");
        // zsh puts the "=" of a flag that takes a value, and takes it away again before a blank.
        terminal.WaitForLine(shown => shown.TrimEnd('=') == $"$ {line}", $"'{typed}' becomes '{line}'");
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tcptop.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("the tests run outside of the tree");
    }
}
