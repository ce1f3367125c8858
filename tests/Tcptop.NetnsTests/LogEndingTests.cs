using System.Text.Json;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>However a log ends, its file ends with a whole row.</summary>
public sealed class LogEndingTests
{
    private const int Kills = 50;
    private const int Seed = 5;

    [Theory]
    [InlineData(RunningProcess.Terminate)]
    [InlineData(RunningProcess.Interrupt)]
    [InlineData(RunningProcess.Hangup)]
    public void A_stop_signal_is_a_normal_end(int signal)
    {
        using var log = LogProcess.Start();
        Assert.NotEmpty(log.Stop(signal));
    }

    [Fact]
    public void Fifty_kills_at_any_moment_tear_no_row_and_no_refresh()
    {
        using var held = new HeldConnections(300);
        var random = new Random(Seed);
        var logs = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            using var log = LogProcess.StartOnly("0.1");
            // From before its start is through to some refreshes later; half of them surely later, however
            // slow the machine.
            if (kill % 2 == 1)
                Eventually.True(() => File.Exists(log.FilePath), "the log is begun");
            Thread.Sleep(random.Next(100, 900));
            log.Signal(RunningProcess.Terminate);
            var end = log.WaitForExit();
            if (!File.Exists(log.FilePath))
            {
                // So early that the runtime did not take signals yet.
                Assert.Contains(end, new[] { (0, ""), (128 + RunningProcess.Terminate, "") });
                continue;
            }
            logs++;
            Assert.Equal((0, ""), end);
            var rows = LogRow.Read("csv", log.FilePath).Where(row => row.RemotePort == held.Port);
            foreach (var refresh in rows.GroupBy(row => row.Timestamp))
                Assert.Equal(held.Count, refresh.Count());
        }
        Assert.InRange(logs, Kills / 2, Kills);
    }

    [Fact]
    public void A_second_signal_ends_it_at_once_and_tears_no_row()
    {
        using var held = new HeldConnections(300);
        for (var round = 0; round < 5; round++)
        {
            using var log = LogProcess.Start("0.1");
            log.Signal(RunningProcess.Terminate);
            log.Signal(RunningProcess.Terminate);
            Assert.Equal((0, ""), log.WaitForExit());
            Assert.NotEmpty(LogRow.Read("csv", log.FilePath));
        }
    }

    [Fact]
    public void A_full_device_is_one_line_with_the_reason()
    {
        var result = Tool.Run(Programs.Tcptop, "--log", "/dev/full");
        Assert.Equal(
            new ToolResult(1, "", "error: cannot write to log file /dev/full: No space left on device\n"), result);
    }

    [Fact]
    public void A_disk_that_fills_up_leaves_whole_rows()
    {
        using var held = new HeldConnections(100);
        // 64 KiB hold a few refreshes of about 40 KiB; the next one is torn by the kernel.
        var result = InTmpfs($"\"$tcptop\" --log $dir/log --interval 0.1; echo exit $?; cat $dir/log > $1");
        Assert.Equal(("exit 1\n", "error: cannot write to log file $dir/log: No space left on device\n"),
            (result.Output, result.Error.Replace(result.Directory, "$dir", StringComparison.Ordinal)));
        Assert.InRange(result.Rows.Count, 100, 1_000);
        Assert.InRange(result.Bytes, 60_000, 65_536);
    }

    [Fact]
    public void A_log_that_cannot_go_on_for_want_of_room_is_no_wrong_file()
    {
        // A torn row fills the disk to the last byte, and what would end it has no room.
        const string Fill = "head -c 65536 /dev/zero | tr '\\0' x >> $dir/log 2> /dev/null";
        // On a host with many connections their rows alone would fill it.
        const string Log = "\"$tcptop\" --log $dir/log --port 1 -n 1";
        const string Append = $"{Log} --append; echo exit $?";
        var result = InTmpfs($"{Log}; {Fill}; {Append}; head -n 1 $dir/log > $1");
        Assert.Equal("exit 1\n", result.Output);
        Assert.Equal(
            $"error: cannot write to log file {result.Directory}/log: No space left on device\n", result.Error);
    }

    [Fact]
    public void So_does_standard_output_into_a_file_on_it()
    {
        using var held = new HeldConnections(100);
        var result = InTmpfs("echo before > $dir/log; \"$tcptop\" --log - --interval 0.1 >> $dir/log; echo exit $?; tail -n +2 $dir/log > $1");
        Assert.Equal(("exit 1\n", "error: cannot write to standard output: No space left on device\n"),
            (result.Output, result.Error));
        Assert.InRange(result.Rows.Count, 100, 1_000);
    }

    [Fact]
    public void A_file_that_may_not_grow_further_leaves_whole_rows()
    {
        using var held = new HeldConnections(100);
        // In units of 1 KiB. The JIT maps its code from a file that such a limit forbids, unless told not to.
        var result = InTmpfs($"(ulimit -f 50; export DOTNET_EnableWriteXorExecute=0; exec \"$tcptop\" --log $dir/log --interval 0.1); echo exit $?; cat $dir/log > $1");
        Assert.Equal(("exit 1\n", "error: cannot write to log file $dir/log: File too large\n"),
            (result.Output, result.Error.Replace(result.Directory, "$dir", StringComparison.Ordinal)));
        // Rows have commands as long as processes like.
        Assert.InRange(result.Rows.Count, 50, 1_000);
        Assert.InRange(result.Bytes, 45_000, 51_200);
    }

    [Fact]
    public void A_file_that_is_removed_ends_it_with_the_reason()
    {
        using var log = LogProcess.Start();
        File.Delete(log.FilePath);
        Assert.Equal((1, $"error: cannot write to log file {log.FilePath}: it has been removed\n"), log.WaitForExit());
    }

    [Fact]
    public void A_file_that_never_had_a_name_is_written_like_any_other()
    {
        var path = Path.GetTempFileName();
        var rows = Tool.Must("bash", "-c", $"exec 3<>{path}; rm {path}; {Programs.Tcptop} --batch --format csv -n 2 --interval 0.1 >&3 && cat /dev/fd/3");
        Assert.StartsWith("timestamp,", rows, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--log -")]
    [InlineData("--batch --format csv")]
    [InlineData("--batch --format json")]
    public void A_reader_that_leaves_is_a_quiet_end(string flags)
    {
        using var pair = new LoopbackPair();
        var result = Tool.Run(
            "bash", "-c", $"'{Programs.Tcptop}' {flags} --interval 0.1 | head -n 1; exit ${{PIPESTATUS[0]}}");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("timestamp", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--log -")]
    [InlineData("--batch --format json")]
    public void It_is_noticed_also_when_there_is_nothing_to_write(string flags)
    {
        // Nobody listens on it, and the filter lets nothing else through.
        var result = Tool.Run(
            "bash", "-c", $"'{Programs.Tcptop}' {flags} --port 1 --tcp --interval 0.1 | true; exit ${{PIPESTATUS[0]}}");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    [Fact]
    public void A_reader_of_a_named_pipe_that_leaves_is_a_quiet_end_too()
    {
        var result = Tool.Run(
            "bash", "-c", $"d=$(mktemp -d); mkfifo $d/log; head -n 1 $d/log & '{Programs.Tcptop}' --log $d/log --interval 0.1; s=$?; rm -r $d; exit $s");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.StartsWith("timestamp,", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_is_slow_gets_the_last_refresh_whole()
    {
        // Some 2 MiB a refresh, for which this reader takes longer than one that stands still is waited for.
        using var held = new HeldConnections(2_000);
        var reader = Path.Combine(AppContext.BaseDirectory, "Logs", "read_slowly.py");
        using var tcptop = new RunningProcess("bash", "-c",
            $"exec '{Programs.Tcptop}' --batch --format json --interval 3600 > >(exec python3 '{reader}')");
        List<JsonRow> Rows() =>
        [
            .. tcptop.Lines
                .Select(line => JsonSerializer.Deserialize<JsonRow>(line)!)
                .Where(row => row.RemotePort == held.Port),
        ];
        Eventually.True(() => Rows().Count == held.Count, "the first refresh has come");
        tcptop.Signal(RunningProcess.Terminate);
        Assert.Equal((0, ""), tcptop.WaitForExit());
        Assert.Equal(2 * held.Count, Rows().Count);
    }

    [Fact]
    public void A_reader_that_stands_still_is_not_waited_for_and_that_is_said()
    {
        using var held = new HeldConnections(300);
        using var tcptop = new RunningProcess("bash", "-c",
            $"exec '{Programs.Tcptop}' --batch --format json --interval 0.1 > >(exec sleep 30 > /dev/null 2>&1)");
        Eventually.True(() => WaitsForPipe(tcptop), "it waits for its reader");
        tcptop.Signal(RunningProcess.Terminate);
        Assert.Equal((0, "note: lost: the last refresh: it could not be written in time\n"), tcptop.WaitForExit());
    }

    [Theory]
    [InlineData("/", "Is a directory")]
    [InlineData("/nowhere/log", "No such file or directory")]
    public void A_file_that_cannot_be_opened_is_named(string path, string reason) =>
        Assert.Equal(new ToolResult(1, "", $"error: cannot open log file {path}: {reason}\n"),
            Tool.Run(Programs.Tcptop, "--log", path));

    /// <summary>Whether its main thread, which writes, sleeps in a pipe's write function.</summary>
    private static bool WaitsForPipe(RunningProcess process) =>
        File.ReadAllText($"/proc/{process.Id}/wchan").EndsWith("pipe_write", StringComparison.Ordinal);

    /// <summary>
    /// Runs a shell script with a file system of 64 KiB at $dir, and reads the log that it copies to $1.
    /// </summary>
    private static TmpfsResult InTmpfs(string script)
    {
        var directory = Directory.CreateTempSubdirectory("tcptop-").FullName;
        var copy = Path.GetTempFileName();
        try
        {
            // In a mount namespace of its own: gone with its last process, whatever happens.
            var mounted =
                $"dir={directory}; tcptop='{Programs.Tcptop}'; mount -t tmpfs -o size=64k none $dir && {script}";
            var result = Tool.Run("unshare", "--mount", "bash", "-c", mounted, "bash", copy);
            return new TmpfsResult(
                result.Output, result.Error, directory, LogRow.Read("csv", copy), new FileInfo(copy).Length);
        }
        finally
        {
            File.Delete(copy);
            Directory.Delete(directory);
        }
    }

    private sealed record TmpfsResult(
        string Output, string Error, string Directory, IReadOnlyList<LogRow> Rows, long Bytes);
}
