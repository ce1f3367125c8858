using System.Globalization;
using Tcptop.Collectors.Processes;
using Tcptop.Libbpf;
using Tcptop.Model;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

/// <summary>The facts of a row of this very process, asked of the real host.</summary>
public sealed class RowFactsTests
{
    [Fact]
    public void A_row_of_this_process_is_told_with_its_executable_and_start()
    {
        using var facts = new HostFacts(TimeProvider.System);
        var row = OwnRow();
        var process = facts.Process(row)!;
        Assert.Equal(Environment.ProcessPath, process.Executable);
        Assert.Contains("Tcptop.UnitTests", process.CommandLine, StringComparison.Ordinal);
        Assert.InRange(process.StartedAt!.Value, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow);
        Assert.Equal("root", facts.UserName(row));
        Assert.StartsWith("/", facts.CgroupPath(row), StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_without_an_owner_has_no_process_and_no_cgroup()
    {
        using var facts = new HostFacts(TimeProvider.System);
        var row = OwnRow() with { Owner = default };
        Assert.Null(facts.Process(row));
        Assert.Null(facts.CgroupPath(row));
        Assert.Null(facts.Container(row));
    }

    [Fact]
    public void Asking_again_about_the_same_row_leaves_no_garbage()
    {
        using var facts = new HostFacts(new ManualTime());
        var row = OwnRow();
        AskAll(facts, row);
        Allocation.AssertAtMost(0, () =>
        {
            for (var i = 0; i < 1_000; i++)
                AskAll(facts, row);
        });
    }

    private static void AskAll(HostFacts facts, in ConnectionRecord row)
    {
        facts.CgroupPath(row);
        facts.Container(row);
        facts.NetworkNamespaceName(row);
        facts.UserName(row);
        facts.Process(row);
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
