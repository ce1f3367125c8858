using System.Globalization;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests.Faults;

/// <summary>
/// Files that never answer, each in a mount namespace of its own: a pipe without a writer is not opened until
/// it has one. What they would have told is absent and counted; everything else goes on, and so does the end.
/// </summary>
[Trait(FaultTests.Trait, FaultTests.Fault)]
public sealed class StalledFilesTests : IDisposable
{
    /// <summary>Lays the pipe over each file that comes before "--", then becomes what comes after it.</summary>
    private const string LayOver = """
        pipe=$1; shift
        while [ "$1" != -- ]; do mount --bind "$pipe" "$1" || exit; shift; done
        shift; exec "$@"
        """;

    private readonly string _pipe = Path.Combine(Path.GetTempPath(), $"tcptop-pipe-{Guid.NewGuid():N}");

    public StalledFilesTests() => Tool.Must("mkfifo", _pipe);

    public void Dispose() => File.Delete(_pipe);

    [Fact]
    public void A_command_line_that_never_comes_is_absent_and_its_rows_are_whole_otherwise()
    {
        using var pair = new LoopbackPair();
        using var listener = OwnerCase.PeerOf(OwnerCase.Tcp);
        var port = OwnerCase.PortOf(listener);
        using var other = new RunningProcess("python3", Owner("talk.py"), OwnerCase.Tcp, $"{port}");
        var otherPort = other.WaitForPort();
        using var tcptop = Start($"/proc/{Environment.ProcessId}/cmdline");
        var row = tcptop.WaitForLive(
            pair.ClientPort, pair.ServerPort, row => row.Executable is not null, "it has an executable");
        Assert.Equal((Environment.ProcessId, Environment.ProcessPath, "root"), (row.Pid, row.Executable, row.User));
        Assert.Null(row.Command);
        tcptop.WaitForLive(otherPort, port, row => row.Command?.Contains("talk.py", StringComparison.Ordinal) == true,
            "others have commands");
        AssertGoesOn(tcptop);
        Assert.Equal(["names_unanswered"], tcptop.StopAndReadLosses().Keys);
    }

    [Fact]
    public void However_many_command_lines_never_come_other_users_have_theirs()
    {
        const int Many = 40;
        using var listener = OwnerCase.PeerOf(OwnerCase.Tcp);
        listener.Listen(Many);
        var port = OwnerCase.PortOf(listener);
        var stalling = Enumerable.Range(0, Many)
            .Select(_ => OrdinaryUser.Python(Owner("talk.py"), OwnerCase.Tcp, $"{port}"))
            .Select(command => new RunningProcess(command[0], command[1..]))
            .ToList();
        using var all = new DisposableList<RunningProcess>(stalling);
        var ports = stalling.ConvertAll(process => process.WaitForPort());
        using var tcptop = Start([.. stalling.Select(process => $"/proc/{process.Id}/cmdline")]);
        using var pair = new LoopbackPair();
        tcptop.WaitForLive(
            pair.ClientPort, pair.ServerPort, row => row.Command is not null, "this process has its command");
        foreach (var (process, itsPort) in stalling.Zip(ports))
        {
            tcptop.WaitForLive(
                itsPort, port,
                row => row.Pid == process.Id && row.Command is null && row.Executable is not null,
                "it is there without");
        }
        AssertGoesOn(tcptop);
        Assert.Equal(["names_unanswered"], tcptop.StopAndReadLosses().Keys);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("cgroup.procs")]
    public void Users_and_cgroups_that_cannot_be_asked_are_absent(string file)
    {
        var path = file == "cgroup.procs" ? Path.Combine(ServiceCgroup.Mount, file) : file;
        using var pair = new LoopbackPair();
        using var tcptop = Start(path);
        var row = tcptop.WaitForLive(
            pair.ClientPort, pair.ServerPort, row => row.Command is not null, "it has the rest");
        if (path == "/etc/passwd")
            Assert.Null(row.User);
        AssertGoesOn(tcptop);
        Assert.Equal(["names_unanswered"], tcptop.StopAndReadLosses().Keys);
    }

    [Fact]
    public void A_pipe_with_the_name_of_a_network_namespace_holds_nothing_up()
    {
        using var ns = new IsolatedNamespace();
        using var stalling = new IsolatedNamespace();
        using var server = ns.Start("python3", Owner("prefork.py"), "1", OwnerCase.Tcp);
        var port = server.WaitForPort();
        using var tcptop = Start($"/run/netns/{stalling.Name}");
        using var client = ns.Start("python3", Owner("talk.py"), OwnerCase.Tcp, $"{port}");
        tcptop.WaitForLive(
            client.WaitForPort(), port, row => row.NetworkNamespaceName == ns.Name, "its namespace has its name");
        AssertGoesOn(tcptop);
        Assert.Empty(tcptop.StopAndReadLosses());
    }

    /// <summary>
    /// With "--all" each refresh visits it for its TIME_WAIT, by its name: no process is in it, and its listener is
    /// held open from outside.
    /// </summary>
    [Fact]
    public void A_pipe_that_is_laid_over_the_name_of_a_network_namespace_later_holds_nothing_up()
    {
        using var ns = new IsolatedNamespace();
        using var listener = ns.Inside(() => OwnerCase.PeerOf(OwnerCase.Tcp));
        using var ended = ns.Inside(() => new LoopbackPair());
        ended.CloseInOrder();
        using var tcptop = StartWith("--all");
        bool IsTimeWait(JsonRow row) => row.NetworkNamespace == ns.Inode && row.State == "TIME_WAIT";
        tcptop.WaitForLive(ended.ClientPort, ended.ServerPort, IsTimeWait, "the namespace is visited");
        Tool.Must(
            "nsenter", "--target", $"{tcptop.Id}", "--mount",
            "mount", "--bind", _pipe, $"/run/netns/{ns.Name}");
        AssertGoesOn(tcptop);
        // No path is left to it, it was this one that led there; what has a slot needs none.
        AssertGoesOn(tcptop);
        var last = LastRefresh(tcptop);
        Assert.DoesNotContain(last, IsTimeWait);
        Assert.Contains(last, row => row.NetworkNamespace == ns.Inode && row.LocalPort == OwnerCase.PortOf(listener));
        Assert.Empty(tcptop.StopAndReadLosses());
    }

    private static string Owner(string script) => OwnerCase.ScriptOf(script);

    private static void AssertGoesOn(TcptopProcess tcptop)
    {
        var refreshes = Refreshes(tcptop);
        tcptop.WaitFor(_ => Refreshes(tcptop) >= refreshes + 5, "refreshes go on");
    }

    private static int Refreshes(TcptopProcess tcptop) => tcptop.Rows().Select(row => row.Timestamp).Distinct().Count();

    /// <summary>The last that is there to its end: the next has begun.</summary>
    private static IGrouping<DateTimeOffset, JsonRow> LastRefresh(TcptopProcess tcptop) =>
        tcptop.Rows().GroupBy(row => row.Timestamp).TakeLast(2).First();

    private TcptopProcess Start(params string[] stalled) => Start(stalled, []);

    private TcptopProcess StartWith(params string[] flags) => Start([], flags);

    private TcptopProcess Start(string[] stalled, string[] flags) => TcptopProcess.StartBy(
        ["unshare", "--mount", "bash", "-c", LayOver, "lay-over", _pipe, .. stalled, "--"],
        more: flags);
}
