using System.Buffers;
using System.Text;
using Tcptop.Model;
using Tcptop.Outputs;
using Tcptop.Table;

namespace Tcptop.UnitTests.Outputs;

/// <summary>Rows to write, and what becomes of them.</summary>
internal static class OutputRows
{
    public static readonly DateTimeOffset Time = new(2026, 11, 23, 12, 0, 1, 250, TimeSpan.Zero);

    public static readonly FakeHostFacts Nginx = new()
    {
        Cgroup = "/system.slice/nginx.service",
        Unit = "nginx.service",
        Namespace = "blue",
        User = "www-data",
        Facts = new ProcessFacts(
            "nginx: worker", "/usr/sbin/nginx", new DateTimeOffset(2026, 11, 23, 12, 59, 0, 7, TimeSpan.FromHours(1))),
    };

    public static ConnectionRecord Row() => new()
    {
        Key = new ConnectionKey(ulong.MaxValue, 1_000_000_000),
        Protocol = Protocol.Tcp,
        Local = new Endpoint(HostAddress.Parse("192.0.2.1"), 443),
        Remote = new Endpoint(HostAddress.Parse("2001:db8::1"), 50_000),
        State = TcpState.Established,
        Owner = new ProcessIdentity(812, 1),
        ProcessName = KernelName.FromText("nginx"),
        Holders = 1,
        BytesIn = 1_000,
        BytesOut = 999,
        PacketsIn = 10,
        PacketsOut = 20,
        RateIn = 1_234.56,
        RateOut = 0,
        RttUs = 85,
        Retransmits = 2,
        Device = KernelName.FromText("eth0"),
        Uid = 33,
        NetworkNamespace = 4_026_531_840,
        CgroupId = 7,
        LastSeenNs = 2_500_000_000,
        IsNew = false,
        IsClosed = false,
    };

    public static ConnectionRecord Named(string name) => Row() with { ProcessName = KernelName.FromText(name) };

    /// <summary>A flow of which little is known.</summary>
    public static ConnectionRecord Bare() => Row() with
    {
        Key = new ConnectionKey(5, 0),
        Protocol = Protocol.Udp,
        State = null,
        Owner = default,
        ProcessName = default,
        RateIn = null,
        RateOut = null,
        RttUs = null,
        Device = default,
        CgroupId = 0,
        Holders = 0,
    };

    public static ConnectionRecord WithoutCounters(TcpState state) => Row() with
    {
        State = state,
        HasCounters = false,
        RttUs = null,
    };

    public static string Render(IOutput output, params ConnectionRecord[] rows)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var snapshot = Snapshot.Of(rows, Time, new HostTotals(0, 0, 1_024, 0), [new Loss("closed_ring_full", 4)]);
        Write(output, snapshot, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>All of a snapshot.</summary>
    public static void Write(IOutput output, Snapshot snapshot, IBufferWriter<byte> into)
    {
        output.BeginRows(snapshot, into);
        output.WriteRows(snapshot, 0, snapshot.Rows.Length, into);
        output.EndRows(snapshot, into);
    }

    public static string Beginning(IOutput output)
    {
        var buffer = new ArrayBufferWriter<byte>();
        output.Begin(buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}

/// <summary>A host that says the same of every row.</summary>
internal sealed class FakeHostFacts : IHostFacts
{
    public string? Cgroup { get; init; }

    public string? Unit { get; init; }

    public string? Namespace { get; init; }

    public string? User { get; init; }

    public ProcessFacts? Facts { get; init; }

    public Action? Answered { get; set; }

    public Loss Unanswered => default;

    public void Await(ReadOnlySpan<ConnectionRecord> rows, Func<TimeSpan> timeLeft, HostFact asked = HostFact.All)
    {
    }

    public RowFacts FactsOf(in ConnectionRecord row, HostFact asked = HostFact.All) =>
        new(Cgroup, Unit, Namespace, User, Facts);
}
