using System.Globalization;
using Tcptop.Linux;
using Tcptop.Linux.Naming;
using Tcptop.Model;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

/// <summary>The facts of a row of this very process, asked of the real host.</summary>
public sealed class RowFactsTests
{
    [Fact]
    public void A_row_of_this_process_is_told_with_its_executable_and_start()
    {
        using var facts = new HostFacts(TimeProvider.System, "/proc", Waiting.Workers());
        var row = OwnRow();
        facts.Await([row]);
        var process = facts.FactsOf(row).Process!;
        Assert.Equal(Environment.ProcessPath, process.Executable);
        Assert.Contains("Tcptop.UnitTests", process.CommandLine, StringComparison.Ordinal);
        Assert.InRange(process.StartedAt!.Value, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow);
        Assert.Equal("root", facts.FactsOf(row).User);
        Assert.StartsWith("/", facts.FactsOf(row).CgroupPath, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_without_an_owner_has_no_process_and_no_cgroup()
    {
        using var facts = new HostFacts(TimeProvider.System, "/proc", Waiting.Workers());
        var row = OwnRow() with { Owner = default };
        Assert.Null(facts.FactsOf(row).Process);
        Assert.Null(facts.FactsOf(row).CgroupPath);
        Assert.Equal(default, facts.FactsOf(row, HostFact.Cgroup));
    }

    [Fact]
    public void Nobody_is_held_up_by_asking()
    {
        using var facts = new HostFacts(TimeProvider.System, "/proc", Waiting.Workers());
        Assert.True(facts.FactsOf(OwnRow(), HostFact.Cgroup).IsPending);
        Assert.Null(facts.FactsOf(OwnRow()).Process);
    }

    [Fact]
    public void A_command_line_that_never_comes_takes_neither_the_other_facts_nor_other_processes()
    {
        using var proc = new ProcessFilesOnDisk();
        var own = OwnRow();
        foreach (var pid in (string[])["42", "43"])
        {
            Directory.CreateDirectory(Path.Combine(proc.Root, pid));
            File.WriteAllText(Path.Combine(proc.Root, pid, "stat"),
                ProcessFilesOnDisk.StatLine("x", own.Owner.StartedNs / 10_000_000));
            File.WriteAllText(Path.Combine(proc.Root, pid, "cgroup"), $"0::/{pid}.service\n");
            File.WriteAllText(Path.Combine(proc.Root, pid, "status"), $"Name:\tx\nUid:\t{pid}\t0\t0\t0\n");
        }
        // A pipe without a writer is not opened until it has one.
        Tool.Must("mkfifo", Path.Combine(proc.Root, "42", "cmdline"));
        File.WriteAllText(Path.Combine(proc.Root, "43", "cmdline"), "other");
        using var facts = new HostFacts(
            TimeProvider.System, proc.Root, new LookupWorkers(Patience.Of(TimeSpan.FromSeconds(2))));
        var stalling = own with { Owner = new ProcessIdentity(42, own.Owner.StartedNs) };
        var other = own with { Owner = new ProcessIdentity(43, own.Owner.StartedNs) };
        facts.Await([stalling, other]);
        Assert.Null(facts.FactsOf(stalling).Process!.CommandLine);
        Assert.NotNull(facts.FactsOf(stalling).Process!.StartedAt);
        Assert.Equal("/42.service", facts.FactsOf(stalling).CgroupPath);
        Assert.Equal("other", facts.FactsOf(other).Process!.CommandLine);
        Assert.Equal(new Loss("names_unanswered", 1), facts.Unanswered);
        // Nor is it waited for again.
        facts.Await([stalling, other]);
        Assert.Equal(new Loss("names_unanswered", 1), facts.Unanswered);
        // The thread goes on.
        File.OpenHandle(Path.Combine(proc.Root, "42", "cmdline"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite)
            .Dispose();
    }

    [Fact]
    public void Asking_again_about_the_same_row_leaves_no_garbage()
    {
        using var facts = new HostFacts(new ManualTime(), "/proc", Waiting.Workers());
        var row = OwnRow();
        facts.Await([row]);
        Allocation.AssertAtMost(0, () =>
        {
            for (var i = 0; i < 1_000; i++)
                AskAll(facts, row);
        });
    }

    private static void AskAll(HostFacts facts, in ConnectionRecord row)
    {
        facts.FactsOf(row);
        facts.FactsOf(row, HostFact.Cgroup);
    }

    private static ConnectionRecord OwnRow()
    {
        var stat = File.ReadAllText("/proc/self/stat");
        var ticks = ulong.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19], CultureInfo.InvariantCulture);
        using var ns = NetworkNamespaceHandle.TryOpen("/proc/self/ns/net")!;
        return new ConnectionRecord
        {
            Key = new ConnectionKey(1, 1),
            Protocol = Protocol.Tcp,
            Local = default,
            Remote = default,
            State = TcpState.Established,
            Owner = new ProcessIdentity((uint)Environment.ProcessId, ticks * 10_000_000),
            ProcessName = default,
            Holders = 1,
            BytesIn = 0,
            BytesOut = 0,
            PacketsIn = 0,
            PacketsOut = 0,
            RateIn = 0,
            RateOut = 0,
            RttUs = null,
            Retransmits = 0,
            Uid = 0,
            NetworkNamespace = ns.Inode,
            CgroupId = 0,
            LastSeenNs = 1,
            IsNew = false,
            IsClosed = false,
        };
    }
}
