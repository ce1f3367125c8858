using System.Text;
using Tcptop.Linux.Naming;
using Tcptop.Model;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

/// <summary>What is read of processes: true, of the right one, and not older than some seconds.</summary>
public sealed class ProcessFactsTests : IDisposable
{
    private readonly LookupWorkers _workers = Waiting.Workers();

    private static readonly ProcessIdentity Process = new(ProcessFilesOnDisk.Pid, 123_456_789_000);

    [Theory]
    [InlineData("nginx")]
    [InlineData("a b) S 1 2 (c")]
    [InlineData(")")]
    [InlineData("a\nb")]
    public void The_start_is_found_behind_any_name(string name)
    {
        Assert.True(
            ProcessStat.TryReadStart(Encoding.UTF8.GetBytes(ProcessFilesOnDisk.StatLine(name, 12_345)), out var ticks));
        Assert.Equal(12_345UL, ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("42 (x")]
    [InlineData("42 (x)")]
    [InlineData("42 (x) S 1 42")]
    [InlineData("42 x S 1 42 42 0 -1 4194560 1 0 0 0 7 5 0 0 20 0 1 0 12345 1000")]
    [InlineData("42 (x) S 1 42 42 0 -1 4194560 1 0 0 0 7 5 0 0 20 0 1 0 12345")] // cut off: there may be more digits
    [InlineData("42 (x) S 1 42 42 0 -1 4194560 1 0 0 0 7 5 0 0 20 0 1 0 -1 1000")]
    [InlineData("42 (x) S 1 42 42 0 -1 4194560 1 0 0 0 7 5 0 0 20 0 1 0 x 1000")]
    [InlineData("42 (x) S 1 42 42 0 -1 4194560 1 0 0 0 7 5 0 0 20 0 1 0 99999999999999999999999 1000")]
    public void A_line_that_does_not_tell_the_start_is_refused(string stat) =>
        Assert.False(ProcessStat.TryReadStart(Encoding.UTF8.GetBytes(stat), out _));

    [Theory]
    [InlineData(12_345, 123_450_000_000, true)]
    [InlineData(12_345, 123_459_999_999, true)]
    [InlineData(12_345, 123_440_000_000, true)]
    [InlineData(12_345, 123_469_999_999, true)]
    [InlineData(12_345, 123_430_000_000, false)]
    [InlineData(12_345, 123_470_000_000, false)]
    [InlineData(0, ulong.MaxValue, false)]
    [InlineData(ulong.MaxValue, 0, false)]
    public void A_start_is_the_same_to_within_a_tick(ulong ticks, ulong startedNs, bool same) =>
        Assert.Equal(same, ProcessStat.IsStartOf(ticks, startedNs));

    [Theory]
    [InlineData("nginx\0-g\0daemon off;\0", "nginx -g daemon off;")]
    [InlineData("postgres: writer process\0\0\0\0", "postgres: writer process")]
    [InlineData("no end", "no end")]
    [InlineData("\x1b[2J\n\0", "\x1b[2J\n")]
    [InlineData("\0\0", null)]
    [InlineData("", null)]
    public void Arguments_are_joined_by_spaces(string arguments, string? line) =>
        Assert.Equal(line, ProcessFactsReader.CommandLine(Encoding.UTF8.GetBytes(arguments), room: 4096));

    [Fact]
    public void A_long_command_line_is_cut_between_characters_and_what_is_no_UTF8_is_replaced()
    {
        Assert.Equal("aä", ProcessFactsReader.CommandLine("aää"u8[..4], room: 4));
        Assert.Equal("aä\ufffd", ProcessFactsReader.CommandLine("aää"u8[..4], room: 5));
        Assert.Equal("\ufffd\ufffda", ProcessFactsReader.CommandLine([0xFF, 0x80, (byte)'a'], room: 5));
    }

    [Fact]
    public void A_process_is_told_with_all_its_facts()
    {
        using var proc = new ProcessFilesOnDisk();
        proc.Write("stat", ProcessFilesOnDisk.StatLine("web server", 12_345));
        proc.Write("cmdline", "/usr/bin/web\0--port\080\0");
        proc.Link("exe", "/usr/bin/web (deleted)");
        var facts = FactsOf(Reader(proc, new ManualTime()), Process);
        // Up for 1000 s at 12:00:00; the process came 123.456789 s after boot.
        var started = new DateTimeOffset(2026, 11, 23, 11, 43, 20, TimeSpan.Zero) + TimeSpan.FromTicks(1_234_567_890);
        Assert.Equal(new ProcessFacts("/usr/bin/web --port 80", "/usr/bin/web (deleted)", started), facts);
    }

    [Fact]
    public void Another_process_that_got_the_same_pid_is_never_shown()
    {
        using var proc = new ProcessFilesOnDisk();
        proc.Write("stat", ProcessFilesOnDisk.StatLine("other", 12_347));
        proc.Write("cmdline", "/usr/bin/other\0");
        Assert.Null(FactsOf(Reader(proc, new ManualTime()), Process));
    }

    [Fact]
    public void What_may_not_be_read_is_absent_and_of_a_process_that_is_hidden_all_is()
    {
        using var proc = new ProcessFilesOnDisk();
        var time = new ManualTime();
        var reader = Reader(proc, time);
        Assert.Null(FactsOf(reader, Process));
        proc.Write("stat", ProcessFilesOnDisk.StatLine("kworker/0:1", 12_345));
        time.Pass(seconds: 4);
        var facts = FactsOf(reader, Process)!;
        Assert.Null(facts.CommandLine);
        Assert.Null(facts.Executable);
        Assert.NotNull(facts.StartedAt);
    }

    [Fact]
    public void A_program_that_a_process_turned_into_is_shown_after_some_seconds()
    {
        using var proc = new ProcessFilesOnDisk();
        var time = new ManualTime();
        var reader = Reader(proc, time);
        proc.Write("stat", ProcessFilesOnDisk.StatLine("sh", 12_345));
        proc.Write("cmdline", "sh\0");
        var before = FactsOf(reader, Process);
        proc.Write("cmdline", "web\0");
        time.Pass(seconds: 1);
        Assert.Same(before, FactsOf(reader, Process));
        time.Pass(seconds: 3);
        Assert.Equal("web", FactsOf(reader, Process)!.CommandLine);
    }

    [Fact]
    public void A_start_stays_the_same_to_the_millisecond_until_the_clock_is_set()
    {
        var time = new ManualTime();
        var sinceBoot = TimeSpan.FromSeconds(1_000);
        var boot = new BootTime(time, () => sinceBoot);
        var started = boot.WallClock(5_000_000_000);
        Assert.Equal(time.StartedAt.AddSeconds(-995), started);
        time.Pass(seconds: 60.002);
        sinceBoot += TimeSpan.FromSeconds(60);
        Assert.Equal(started, boot.WallClock(5_000_000_000));
        time.Pass(seconds: 3_600);
        Assert.Equal(started.AddMilliseconds(3_600_002), boot.WallClock(5_000_000_000));
    }

    public void Dispose() => _workers.Dispose();

    private ProcessFactsReader Reader(ProcessFilesOnDisk proc, ManualTime time) =>
        new(new ProcessFiles(proc.Root), new BootTime(time, () => TimeSpan.FromSeconds(1_000)), _workers, time);

    private ProcessFacts? FactsOf(ProcessFactsReader reader, ProcessIdentity process)
    {
        reader.TryFactsOf(process, out _);
        _workers.Await();
        Assert.True(reader.TryFactsOf(process, out var facts));
        return facts;
    }
}
