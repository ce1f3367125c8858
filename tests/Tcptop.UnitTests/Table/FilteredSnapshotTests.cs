using Tcptop.Model;
using Tcptop.Table;
using Xunit;

namespace Tcptop.UnitTests.Table;

/// <summary>
/// Rows, counts and totals of a snapshot are those of what the filter wants; a row without counters is no
/// connection.
/// </summary>
public sealed class FilteredSnapshotTests
{
    private const ulong Second = 1_000_000_000;

    private static readonly ConnectionFilter Web = new() { LocalPorts = [80] };

    private readonly ConnectionTable _table = new();
    private ulong _now;

    [Fact]
    public void Rows_and_counts_are_of_matching_rows_also_when_few_are_asked_for()
    {
        Refresh(On(80, 1), On(80, 2), On(22, 3), On(80, 4) with { Protocol = Protocol.Udp, State = null },
            On(80, 5, closed: true));
        using var snapshot = new FullSnapshots(_table, Web).Build(DateTimeOffset.UnixEpoch, 2, []);
        Assert.Equal(
            (2, 3, 2, 1), (snapshot.Rows.Length, snapshot.ConnectionCount, snapshot.TcpCount, snapshot.UdpCount));
    }

    [Fact]
    public void The_rows_asked_for_are_the_first_of_those_that_match()
    {
        Refresh(On(22, 1), On(80, 2), On(80, 3), On(22, 4));
        Refresh(On(22, 1, bytesIn: 900), On(80, 2, bytesIn: 10), On(80, 3, bytesIn: 20), On(22, 4, bytesIn: 800));
        Assert.Equal([3UL], Cookies(Web, 1));
        Assert.Equal([3UL, 2], Cookies(Web, int.MaxValue));
    }

    [Fact]
    public void Totals_are_of_matching_connections_those_that_closed_included()
    {
        var snapshots = new FullSnapshots(_table, Web);
        Refresh(On(80, 1, bytesIn: 5_000), On(22, 2), On(80, 3));
        Assert.Equal(new HostTotals(0, 0, null, null), Totals(snapshots));
        Refresh(On(80, 1, bytesIn: 5_300), On(22, 2, bytesIn: 70), On(80, 3, bytesIn: 40, bytesOut: 6, closed: true));
        Assert.Equal(new HostTotals(340, 6, 340, 6), Totals(snapshots));
        Refresh(On(80, 1, bytesIn: 5_301), On(22, 2, bytesIn: 90));
        Assert.Equal(new HostTotals(341, 6, 1, 0), Totals(snapshots));
        // A walk may step over a socket: what it moved before is not counted again.
        Refresh(On(22, 2, bytesIn: 95));
        Assert.Equal(new HostTotals(341, 6, 0, 0), Totals(snapshots));
    }

    [Fact]
    public void A_connection_that_lived_between_two_refreshes_is_in_the_totals()
    {
        var snapshots = new FullSnapshots(_table, Web);
        Refresh();
        _ = Totals(snapshots);
        Refresh(On(80, 1, bytesIn: 500, born: Second + 1, closed: true), On(22, 2, bytesIn: 7, born: Second + 1));
        Assert.Equal(new HostTotals(500, 0, 500, 0), Totals(snapshots));
    }

    [Fact]
    public void The_rate_is_over_the_time_that_the_refresh_took()
    {
        var snapshots = new FullSnapshots(_table, Web);
        Refresh(On(80, 1));
        _now += Second;
        Refresh(On(80, 1, bytesOut: 300));
        Assert.Equal(150, Totals(snapshots).RateOut);
    }

    [Fact]
    public void Two_snapshots_of_one_refresh_count_its_bytes_once()
    {
        var snapshots = new FullSnapshots(_table, Web);
        Refresh(On(80, 1));
        Refresh(On(80, 1, bytesIn: 10));
        Assert.Equal(Totals(snapshots), Totals(snapshots));
    }

    [Fact]
    public void A_filter_that_all_match_has_the_totals_of_the_table()
    {
        var snapshots = new FullSnapshots(_table, new ConnectionFilter { Protocol = Protocol.Tcp });
        for (ulong refresh = 1; refresh <= 3; refresh++)
        {
            Refresh(On(80, 1, bytesIn: refresh * 100), On(22, 2, bytesOut: refresh * 7),
                On(443, refresh + 10, bytesIn: 9, born: _now + 1, closed: true));
            Assert.Equal(_table.Totals, Totals(snapshots));
        }
    }

    [Fact]
    public void Without_a_filter_the_totals_are_those_of_the_table()
    {
        var snapshots = new FullSnapshots(_table, ConnectionFilter.None);
        Refresh(On(80, 1));
        Refresh(On(80, 1, bytesIn: 10));
        // Also of a refresh of which no snapshot was made.
        Refresh(On(80, 1, bytesIn: 30));
        Assert.Equal(new HostTotals(30, 0, 20, 0), Totals(snapshots));
    }

    [Fact]
    public void An_interface_is_that_of_the_row()
    {
        Refresh(On(80, 1) with { Device = KernelName.FromText("eth2") },
            On(80, 2) with { Device = KernelName.FromText("eth3") }, On(80, 3));
        var filter = new ConnectionFilter { Interfaces = ["eth2"] };
        Assert.Equal([1UL], Cookies(filter, int.MaxValue));
    }

    [Fact]
    public void Rows_without_counters_are_counted_by_state_and_are_no_connections()
    {
        Refresh(
            On(80, 1),
            Bare(80, 2, TcpState.Listen),
            Bare(80, 3, TcpState.Listen),
            Bare(80, 4, TcpState.TimeWait),
            Bare(80, 5, TcpState.SynRecv),
            Bare(80, 6, TcpState.NewSynRecv),
            Bare(22, 7, TcpState.Listen));
        AssertCounts(ConnectionFilter.None, connections: 1, listen: 3, timeWait: 1, synRecv: 2);
        AssertCounts(Web, connections: 1, listen: 2, timeWait: 1, synRecv: 2);
        AssertCounts(new ConnectionFilter { LocalPorts = [22] }, connections: 0, listen: 1, timeWait: 0, synRecv: 0);
    }

    [Fact]
    public void A_snapshot_of_given_rows_counts_them_in_the_same_way()
    {
        Refresh(On(80, 1), Bare(80, 2, TcpState.Listen), Bare(80, 4, TcpState.TimeWait), On(80, 5, closed: true));
        using var built = new FullSnapshots(_table).Build(DateTimeOffset.UnixEpoch, int.MaxValue, []);
        using var given = Snapshot.Of(built.Rows, DateTimeOffset.UnixEpoch);
        Assert.Equal((1, 0, 1, 1, 0),
            (given.TcpCount, given.UdpCount, given.ListenCount, given.TimeWaitCount, given.SynRecvCount));
    }

    [Fact]
    public void Rows_without_counters_come_after_all_others()
    {
        Refresh(Bare(80, 1, TcpState.Listen), On(80, 5), Bare(80, 2, TcpState.TimeWait), On(80, 4), On(80, 3));
        Refresh(
            Bare(80, 1, TcpState.Listen), On(80, 5), Bare(80, 2, TcpState.TimeWait), On(80, 4, bytesIn: 9), On(80, 3));
        Assert.Equal([4UL, 3, 5, 1, 2], Cookies(ConnectionFilter.None, int.MaxValue));
        Assert.Equal([4UL, 3, 5, 1], Cookies(ConnectionFilter.None, 4));
    }

    [Fact]
    public void A_refresh_under_a_filter_allocates_nothing_per_row()
    {
        const int Rows = 5_000;
        var snapshots = new FullSnapshots(_table, new ConnectionFilter { Ports = [80], ProcessNames = ["ngi"] });
        var nginx = KernelName.FromText("nginx");
        var samples = Enumerable.Range(1, Rows)
            .Select(i => On((ushort)(i % 2 == 0 ? 80 : 22), (ulong)i) with { ProcessName = nginx })
            .ToArray();
        for (var warmUp = 1; warmUp <= 5; warmUp++)
            RefreshAndBuild();
        Allocation.AssertAtMost(Rows - 1, RefreshAndBuild);

        void RefreshAndBuild()
        {
            Refresh(samples);
            using var snapshot = snapshots.Build(DateTimeOffset.UnixEpoch, int.MaxValue, []);
            Assert.Equal(Rows / 2, snapshot.ConnectionCount);
        }
    }

    private static ConnectionRecord On(
        ushort localPort, ulong cookie, ulong bytesIn = 0, ulong bytesOut = 0, ulong born = 0, bool closed = false)
    {
        var sample = ConnectionTableTests.Sample(cookie, bytesIn, bytesOut, born: born, closed: closed);
        return sample with { Local = new Endpoint(default, localPort) };
    }

    private static ConnectionRecord Bare(ushort localPort, ulong cookie, TcpState state) =>
        On(localPort, cookie) with { State = state, HasCounters = false };

    /// <summary>A second after the refresh before.</summary>
    private void Refresh(params ConnectionRecord[] samples)
    {
        _now += Second;
        _table.Begin(_now);
        foreach (var sample in samples)
            _table.Receive(sample with { LastSeenNs = _now });
        _table.EndRefresh();
    }

    private static HostTotals Totals(FullSnapshots snapshots)
    {
        using var snapshot = snapshots.Build(DateTimeOffset.UnixEpoch, 1, []);
        return snapshot.Totals;
    }

    private List<ulong> Cookies(ConnectionFilter filter, int maxRows)
    {
        using var snapshot = new FullSnapshots(_table, filter).Build(DateTimeOffset.UnixEpoch, maxRows, []);
        var cookies = new List<ulong>();
        foreach (ref readonly var row in snapshot.Rows)
            cookies.Add(row.Key.SocketCookie);
        return cookies;
    }

    private void AssertCounts(ConnectionFilter filter, int connections, int listen, int timeWait, int synRecv)
    {
        using var snapshot = new FullSnapshots(_table, filter).Build(DateTimeOffset.UnixEpoch, 1, []);
        Assert.Equal((connections, 0), (snapshot.ConnectionCount, snapshot.UdpCount));
        Assert.Equal(
            (listen, timeWait, synRecv), (snapshot.ListenCount, snapshot.TimeWaitCount, snapshot.SynRecvCount));
        Assert.Equal(listen + timeWait + synRecv, snapshot.OtherCount);
    }
}
