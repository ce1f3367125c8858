using Tcptop.Testing;
using Xunit;

namespace Tcptop.TuiTests;

/// <summary>
/// All signals whose default is death, in the shipped binary: other builds leave some of them to
/// the runtime.
/// </summary>
[Trait(FaultTests.Trait, FaultTests.Fault)]
public sealed class DeadlySignalTests
{
    private const int Last = 64;

    /// <summary>By default these stop, continue or do nothing; nobody can take SIGKILL.</summary>
    private static readonly int[] NotDeath = [9, 17, 18, 19, 20, 21, 22, 23, 28];

    /// <summary>SIGHUP, SIGINT, SIGQUIT and SIGTERM are the normal end.</summary>
    private static readonly int[] Requests = [1, 2, 3, 15];

    /// <summary>
    /// SIGUSR1 opens a log anew, of SIGPIPE and SIGXFSZ the write tells; with 33 the C library and
    /// with 34 (SIGRTMIN) the runtime reach their own threads.
    /// </summary>
    private static readonly int[] Harmless = [10, 13, 25, 33, 34];

    /// <summary>The C library's own (SIGCANCEL), which it takes at times.</summary>
    private static readonly int[] Unsure = [32];

    public static TheoryData<int> Deadly =>
        [.. Enumerable.Range(1, Last)
            .Except(NotDeath).Except(Requests).Except(Harmless).Except(Unsure)];

    public static TheoryData<int> WithoutEffect => [.. Harmless];

    [Theory]
    [MemberData(nameof(Deadly))]
    public void A_signal_that_is_death_gives_the_terminal_back_first(int signal)
    {
        using var terminal = TmuxTerminal.WithTcptop(100, 20, "--interval 0.2");
        Tool.Must("kill", $"-{signal}", $"{terminal.ChildId}");
        EndingTests.AssertRestored(terminal, exitCode: 128 + signal);
    }

    [Theory]
    [MemberData(nameof(WithoutEffect))]
    public void One_that_is_taken_for_something_else_leaves_the_screen_as_it_is(int signal)
    {
        using var terminal = TmuxTerminal.WithTcptop(100, 20, "--interval 0.2");
        Tool.Must("kill", $"-{signal}", $"{terminal.ChildId}");
        terminal.Resize(90, 20);
        terminal.WaitForLine(
            line => line.Length == 89 && line.EndsWith("q quit"), "it still draws");
        terminal.Press("q");
        EndingTests.AssertRestored(terminal);
    }

    /// <summary>Of the kernel's own making, which the runtime looks at first.</summary>
    [Fact]
    public void A_fault_of_native_code_gives_the_terminal_back_first()
    {
        using var terminal = TmuxTerminal.WithTcptop(100, 20, "--interval 0.2");
        Tool.Must("python3", "-B", Script("jump_to_nowhere.py"), $"{terminal.ChildId}");
        EndingTests.AssertRestored(terminal, exitCode: 128 + 11);
    }

    [Fact]
    public void After_a_stop_it_kills_too_and_leaves_the_shells_terminal_alone()
    {
        using var terminal = new TmuxTerminal(100, 20);
        terminal.TypeLine($"'{Programs.Tcptop}' --interval 0.2");
        terminal.WaitFor(screen => screen.Contains("q quit"), "the screen appears");
        var id = terminal.ChildId;
        terminal.Press("C-z");
        terminal.WaitFor(screen => screen.Contains("Stopped"), "the shell says that it is stopped");
        var before = terminal.Screen;
        Tool.Must("kill", "-SEGV", $"{id}");
        Tool.Must("kill", "-CONT", $"{id}");
        Eventually.True(() => !Directory.Exists($"/proc/{id}"), "the process is gone");
        Assert.Equal(before, terminal.Screen);
        KernelInventory.WaitUntilNothingIsLeft();
    }

    private static string Script(string name) => Path.Combine(AppContext.BaseDirectory, name);
}
