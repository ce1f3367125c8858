using Tcptop.Model;
using Tcptop.Table;
using Xunit;

namespace Tcptop.UnitTests.Table;

public sealed class AllRowsTests
{
    private const ulong Second = 1_000_000_000;

    [Fact]
    public void Where_UDP_is_not_counted_there_is_no_count_of_it()
    {
        using var snapshot = AllOf(new TableView(new ConnectionTable()) { IsUdpCounted = false });
        Assert.Equal("-", CountsText.Udp(snapshot));
    }

    [Fact]
    public void Rows_come_by_total_rate_and_equal_rates_by_age_of_the_socket()
    {
        var table = TableOf([(5, 100), (3, 900), (9, 100), (1, 0)]);
        Assert.Equal([3UL, 5, 9, 1], Cookies(table, int.MaxValue));
    }

    [Fact]
    public void A_window_holds_the_first_rows_of_the_whole_order()
    {
        var random = new Random(77);
        var rates = Enumerable.Range(1, 2_000).Select(i => ((ulong)i, (ulong)random.Next(50))).ToArray();
        var table = TableOf(rates);
        var whole = Cookies(table, int.MaxValue);
        foreach (var window in new[] { 0, 1, 2, 7, 50, 1_999, 2_000, 5_000 })
            Assert.Equal(whole.Take(window), Cookies(table, window));
    }

    [Fact]
    public void The_counts_are_of_all_live_connections_however_few_rows_are_asked_for()
    {
        var table = TableOf([(1, 1), (2, 2), (3, 3)]);
        using var snapshot = new FullSnapshots(table).Build(DateTimeOffset.UnixEpoch, 1, []);
        Assert.Equal((1, 3, 0), (snapshot.Rows.Length, snapshot.TcpCount, snapshot.UdpCount));
    }

    [Theory]
    [InlineData(5, new ulong[] { 2, 1, 4, 3, 5 }, 0)]
    [InlineData(4, new ulong[] { 2, 1, 4, 3 }, 1)]
    [InlineData(3, new ulong[] { 2, 1, 4 }, 2)]
    [InlineData(2, new ulong[] { 2, 1 }, 3)]
    public void Where_there_is_no_room_for_all_live_rows_are_left_out_first(int room, ulong[] cookies, int cut)
    {
        var table = new ConnectionTable();
        var snapshots = new FullSnapshots(table);
        table.Begin(Second);
        foreach (var cookie in (ulong[])[1, 2, 3, 4, 5])
            table.Receive(ConnectionTableTests.Sample(cookie, 0, 0, at: Second));
        table.EndRefresh();
        snapshots.Build(DateTimeOffset.UnixEpoch, room, []).Dispose();
        table.Begin(2 * Second);
        // Those that end have moved least.
        foreach (var cookie in (ulong[])[3, 4, 5])
            table.Receive(
                ConnectionTableTests.Sample(cookie, 100 * (8 - cookie) * (cookie == 4 ? 4UL : 1), 0, at: 2 * Second));
        table.Receive(ConnectionTableTests.Sample(1, 1, 0, at: 2 * Second) with { IsClosed = true });
        table.Receive(ConnectionTableTests.Sample(2, 2, 0, at: 2 * Second) with { IsClosed = true });
        table.EndRefresh();
        using var snapshot = snapshots.Build(DateTimeOffset.UnixEpoch, room, []);
        Assert.Equal(cookies.Order(), snapshot.Rows.ToArray().Select(row => row.Key.SocketCookie).Order());
        Assert.Equal(cut, snapshot.RowsCut);
        Assert.Equal(cut == 0 ? [] : [new Loss("rows_cut", (ulong)(cut + (5 - room)))], snapshot.Losses);
        Assert.Equal(3, snapshot.ConnectionCount);
    }

    [Fact]
    public void Only_losses_that_happened_are_shown()
    {
        Loss[] losses = [new("a", 0), new("b", 3)];
        using var snapshot = new FullSnapshots(new ConnectionTable()).Build(DateTimeOffset.UnixEpoch, 1, losses);
        Assert.Equal([new Loss("b", 3)], snapshot.Losses);
    }

    [Fact]
    public void A_refresh_of_known_connections_allocates_nothing_per_row()
    {
        const int Rows = 5_000;
        var table = new ConnectionTable();
        var snapshots = new FullSnapshots(table);
        ulong refresh = 0;
        while (refresh < 5)
            RefreshAll(table, snapshots, Rows, ++refresh);
        Allocation.AssertAtMost(Rows - 1, () => RefreshAll(table, snapshots, Rows, ++refresh));
    }

    private static Snapshot AllOf(TableView view)
    {
        view.Refreshed(DateTimeOffset.UnixEpoch, []);
        return view.All(new RowsRequest());
    }

    private static void RefreshAll(ConnectionTable table, FullSnapshots snapshots, int rows, ulong refresh)
    {
        table.Begin(refresh * Second);
        for (ulong cookie = 1; cookie <= (ulong)rows; cookie++)
            table.Receive(ConnectionTableTests.Sample(cookie, bytesIn: refresh * cookie, at: refresh * Second));
        table.EndRefresh();
        snapshots.Build(DateTimeOffset.UnixEpoch, int.MaxValue, []).Dispose();
    }

    /// <summary>Connections by cookie with their rates in bytes per second.</summary>
    private static ConnectionTable TableOf((ulong Cookie, ulong Rate)[] connections)
    {
        var table = new ConnectionTable();
        for (ulong refresh = 0; refresh < 2; refresh++)
        {
            table.Begin(refresh * Second);
            foreach (var (cookie, rate) in connections)
                table.Receive(ConnectionTableTests.Sample(cookie, bytesIn: refresh * rate, at: refresh * Second));
            table.EndRefresh();
        }
        return table;
    }

    private static List<ulong> Cookies(ConnectionTable table, int maxRows)
    {
        using var snapshot = new FullSnapshots(table).Build(DateTimeOffset.UnixEpoch, maxRows, []);
        var cookies = new List<ulong>();
        foreach (ref readonly var row in snapshot.Rows)
            cookies.Add(row.Key.SocketCookie);
        return cookies;
    }
}
