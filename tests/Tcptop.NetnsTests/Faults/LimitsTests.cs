using System.Globalization;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests.Faults;

/// <summary>
/// However little of something the shell allows: the output, or one line that names the cause and
/// an exit code that docs/output.md has. Of the shipped binary.
/// </summary>
[Trait(FaultTests.Trait, FaultTests.Fault)]
public sealed class LimitsTests : IDisposable
{
    private const string Capabilities = "+bpf,+perfmon,+net_admin";

    private const int KilledByKernel = 128 + 9;
    private const int FaultOfLoader = 128 + 11;
    private const int RefusedByLoader = 127;

    /// <summary>Its processes and threads are counted: nobody else has it.</summary>
    private static readonly string[] Alone =
    [
        "setpriv", "--reuid=64123", "--regid=64123", "--clear-groups",
        $"--inh-caps={Capabilities}", $"--ambient-caps={Capabilities}",
    ];

    private static readonly int[] UpToTwenty = [.. Enumerable.Range(1, 20)];
    private static readonly int[] Some = [1, 2, 5, 10, 20, 50, 100];

    private readonly string _home = Directory.CreateTempSubdirectory("tcptop-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    /// <summary>All that prlimit(1) has, by bash's letter: sizes of memory and files are in KiB.</summary>
    public static TheoryData<char, int[]> Limits => new()
    {
        { 'n', [.. UpToTwenty, 24, 32, 48, 64, 80, 100] }, // open files
        { 'u', [.. UpToTwenty, 50, 100] }, // processes and threads
        // Addresses.
        { 'v', [.. Some, 1_000, 7_000, 7_500, 8_000, 9_000, 10_000, 40_000, 50_000, 80_000] },
        { 'v', [100_000, 160_000, 200_000, 262_143, 262_144, 300_000, 360_000, 480_000, 520_000] },
        { 'd', [.. Some, 500, 600, 700, 1_000, 5_000, 11_000, 19_000, 30_000, 50_000, 98_303] },
        { 'd', [98_304, 120_000, 200_000] }, // data
        { 's', [.. UpToTwenty, 24, 32, 64, 128, 255, 256, 300, 1_000] }, // the stack
        { 'f', UpToTwenty }, // the size of a file
        { 'l', Some }, // locked memory
        { 'm', Some }, // resident memory
        { 'c', Some }, // a core dump
        { 't', Some }, // seconds of processor
        { 'q', Some }, // message queues
        { 'i', Some }, // pending signals
        { 'x', Some }, // locks
        { 'e', [0] }, // priority: more is nobody's who has none by himself
        { 'r', [0] }, // priority in real time: the same
        { 'R', [1_000, 10_000, 100_000] }, // microseconds of processor in real time
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void Whatever_is_limited_it_works_or_says_why_not(char limit, int[] values)
    {
        var bad = values.Select(value => (value, End: RunWith(limit, value)))
            .Where(run => !Works(run.End) && !SaysWhyNot(run.End))
            .Where(run => !NeverBegan(limit, run.value, run.End))
            .Select(run => $"{run.value}: exit {run.End.ExitCode} {run.End.Error}");
        Assert.Empty(bad);
    }

    [Theory]
    [InlineData('v', 100_000, "256 MiB of address space")]
    [InlineData('d', 10_000, "96 MiB of data")]
    [InlineData('s', 128, "256 KiB of stack")]
    public void Too_little_for_the_runtime_is_named(char limit, int value, string need)
    {
        var error = $"error: tcptop needs {need}; raise the limit (ulimit -{limit})\n";
        Assert.Equal(new ToolResult(1, "", error), RunWith(limit, value));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Too_few_threads_are_named(int value)
    {
        const string Named = "error: cannot start a thread; ";
        Assert.StartsWith(Named, RunWith('u', value).Error, StringComparison.Ordinal);
    }

    /// <summary>For each request to stop the runtime starts a thread.</summary>
    [Fact]
    public void A_request_to_stop_that_finds_no_thread_is_a_normal_end_and_tears_no_row()
    {
        Tool.Must("chown", "64123", _home);
        var path = Path.Combine(_home, "log");
        using var log = LogProcess.StartAs([.. Alone, OrdinaryUser.Tcptop], path, "3600");
        log.WaitForRows();
        // By himself, which needs no right.
        Tool.Must(Alone[0], [.. Alone[1..], "prlimit", "--pid", $"{log.Id}", "--nproc=1"]);
        log.Signal(RunningProcess.Terminate);
        var (exitCode, error) = log.WaitForExit();
        Assert.Equal(0, exitCode);
        Assert.Contains("note: stopped at once", error, StringComparison.Ordinal);
        Assert.DoesNotContain("error", error, StringComparison.Ordinal);
        Assert.NotEmpty(LogRow.Read("csv", path));
    }

    /// <summary>The kernel's types are lent to libbpf as a file in memory, which that limits, too.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    public void No_size_of_a_file_is_too_small_to_start(int value) => Assert.True(Works(RunWith('f', value)));

    private static ToolResult RunWith(char limit, int value)
    {
        var script = string.Create(
            CultureInfo.InvariantCulture,
            $"ulimit -{limit} {value} || exit 99; exec \"$0\" --batch -n 1");
        string[] command = [.. Alone, "bash", "-c", script, OrdinaryUser.Tcptop];
        return Tool.Run(command[0], command[1..]);
    }

    private static bool Works(ToolResult end) =>
        end.ExitCode == 0 && Said(end).Count == 0
        && end.Output.Contains(" connection", StringComparison.Ordinal);

    private static bool SaysWhyNot(ToolResult end) =>
        end.ExitCode is 1 or 69 or 77 && end.Output.Length == 0 && Said(end) is [var line]
        && line.StartsWith("error: ", StringComparison.Ordinal)
        && !line.Contains("internal error", StringComparison.Ordinal);

    /// <summary>
    /// The kernel or the loader of the C library ended it before anything of ours ran: it is not
    /// for us to say why.
    /// </summary>
    private static bool NeverBegan(char limit, int value, ToolResult end)
    {
        var byKernel = end.ExitCode is KilledByKernel or FaultOfLoader && end.Error.Length == 0;
        var byLoader = end.ExitCode == RefusedByLoader
            && (end.Error.Contains("error while loading shared libraries", StringComparison.Ordinal)
                || end.Error.Contains("cannot allocate TLS data structures", StringComparison.Ordinal));
        return limit switch
        {
            'v' => value < 10_000 && (byKernel || byLoader),
            'd' => value <= 1_000 && (byKernel || byLoader),
            's' => value < 32 && byKernel,
            't' => value <= 5 && byKernel, // on a slow machine the start alone takes as long
            'n' => value < 5 && byLoader,
            _ => false,
        };
    }

    private static List<string> Said(ToolResult end) =>
        [.. end.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith("note: ", StringComparison.Ordinal))];
}
