using Tcptop.Model;
using Tcptop.Model.Collecting;
using Tcptop.Table;
using Xunit;

namespace Tcptop.UnitTests.Table;

public sealed class ConnectionTableTests
{
    private const ulong Second = 1_000_000_000;

    private readonly ConnectionTable _table = new();
    private ulong _now;
    private int _row;

    [Fact]
    public void The_first_sample_has_no_rate()
    {
        var row = Assert.Single(Refresh(Sample(1, bytesIn: 500)));
        Assert.Null(row.RateIn);
        Assert.Null(row.RateOut);
        Assert.True(row.IsNew);
        Assert.Equal(500UL, row.BytesIn);
    }

    [Fact]
    public void A_rate_is_the_bytes_between_two_samples_over_the_kernels_time_between_them()
    {
        Refresh(Sample(1, bytesIn: 1_000, bytesOut: 10, at: 5 * Second));
        var row = Assert.Single(Refresh(Sample(1, bytesIn: 4_000, bytesOut: 10, at: 7 * Second)));
        Assert.Equal((1_500.0, 0.0), (row.RateIn, row.RateOut));
        Assert.False(row.IsNew);
    }

    [Fact]
    public void A_connection_that_rests_has_no_rate_and_what_it_moves_next_is_of_the_time_since()
    {
        Refresh(1, table => _row = table.Add(Sample(1, bytesIn: 0, at: 1 * Second, born: Second), place: 0));
        Refresh(2, table => Assert.True(table.TryUpdate(_row, Sample(1, bytesIn: 100, at: 2 * Second, born: Second))));
        for (var at = 3UL; at < 9; at++)
            Refresh(at, _ => { });
        var resting = Assert.Single(Rows());
        Assert.Equal((0.0, 100UL, false), (resting.RateIn, resting.BytesIn, resting.IsClosed));
        Assert.Equal(TimeSpan.FromSeconds(7), resting.Age);
        Refresh(9, table => table.TryUpdate(_row, Sample(1, bytesIn: 150, at: 9 * Second, born: Second)));
        Assert.Equal(50.0, Assert.Single(Rows()).RateIn);
        Assert.Equal(0UL, _table.VanishedLoss.Count);
    }

    [Fact]
    public void A_number_is_its_connections_until_the_final_reading()
    {
        Refresh(1, table => _row = table.Add(Sample(1, bytesIn: 10), place: 0));
        Refresh(2, table => Assert.False(table.TryUpdate(_row, Sample(2, bytesIn: 99))));
        Refresh(3, table =>
        {
            Assert.True(table.TryUpdate(_row, Sample(1, bytesIn: 30, at: 3 * Second, closed: true)));
            var other = table.Add(Sample(2, bytesIn: 99), place: 0);
            Assert.NotEqual(_row, other);
        });
        Assert.Equal([(1UL, true, 30UL), (2UL, false, 99UL)], Rows()
            .Select(row => (row.Key.SocketCookie, row.IsClosed, row.BytesIn.GetValueOrDefault())).Order());
        Refresh(4, _ => { });
        Assert.Equal(2UL, Assert.Single(Rows()).Key.SocketCookie);
    }

    [Fact]
    public void A_connection_that_has_gone_ends_with_the_final_reading_that_comes_later()
    {
        Refresh(1, table => _row = table.Add(Sample(1, bytesIn: 10), place: 0));
        for (var at = 2UL; at < 80; at++)
            Refresh(at, _ => { });
        Refresh(80, table => table.Lose(_row));
        Assert.False(Assert.Single(Rows()).IsClosed);
        Refresh(81, table => table.Receive(Sample(1, bytesIn: 25, at: 81 * Second, closed: true)));
        var last = Assert.Single(Rows());
        Assert.Equal((25UL, true), (last.BytesIn, last.IsClosed));
        Refresh(82, _ => { });
        Assert.Empty(Rows());
        Assert.Equal((0UL, 0), (_table.VanishedLoss.Count, _table.Count));
    }

    [Fact]
    public void A_connection_that_has_gone_without_a_final_reading_has_vanished_soon()
    {
        Refresh(1, table => _row = table.Add(Sample(1, bytesIn: 10), place: 0));
        Refresh(2, table => table.Lose(_row));
        Refresh(3, _ => { });
        Assert.False(Assert.Single(Rows()).IsClosed);
        Refresh(4, _ => { });
        Assert.True(Assert.Single(Rows()).IsClosed);
        Refresh(5, _ => { });
        Assert.Empty(Rows());
        Assert.Equal((1UL, 0), (_table.VanishedLoss.Count, _table.Count));
    }

    [Fact]
    public void A_connection_that_had_gone_and_is_there_again_is_the_same()
    {
        Refresh(1, table => _row = table.Add(Sample(1, bytesIn: 10, born: 1), place: 0));
        Refresh(2, table => table.Lose(_row));
        Refresh(3, table => Assert.Equal(_row, table.Add(Sample(1, bytesIn: 30, at: 3 * Second, born: 1), place: 0)));
        for (var at = 4UL; at < 9; at++)
            Refresh(at, _ => { });
        Assert.Equal((30UL, false), (Assert.Single(Rows()).BytesIn, Rows()[0].IsClosed));
        Assert.Equal((30UL, 0UL), (_table.Totals.BytesIn, _table.VanishedLoss.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_row_whose_last_reading_is_lost_is_not_shown_and_ends_with_the_final_one_or_not_at_all(bool isTold)
    {
        var place = new OnePlace { Reading = Sample(1, bytesIn: 10, born: 5) };
        var table = new ConnectionTable(place);
        RefreshOf(table, 1, () => _row = table.Add(place.Reading, place: 0));
        place.Reading = Sample(2, bytesIn: 77, born: 6);
        RefreshOf(table, 2, () => table.Lose(_row));
        Assert.Empty(RowsOf(table));
        RefreshOf(table, 3, () =>
        {
            if (isTold)
                table.Receive(Sample(1, bytesIn: 30, at: 3 * Second, born: 5, closed: true));
        });
        var rows = RowsOf(table);
        RefreshOf(table, 4, () => { });
        if (isTold)
            Assert.Equal((true, 30UL), (Assert.Single(rows).IsClosed, rows[0].BytesIn));
        Assert.Empty(RowsOf(table));
        Assert.Equal((isTold ? 0UL : 1UL, isTold ? 30UL : 10UL), (table.VanishedLoss.Count, table.Totals.BytesIn));
        RefreshOf(table, 5, () => { });
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void A_listener_that_has_gone_is_gone_at_once()
    {
        var listener = new ConnectionRecord
        {
            Key = new ConnectionKey(5, 1),
            Protocol = Protocol.Tcp,
            State = TcpState.Listen,
            HasCounters = false,
        };
        Refresh(1, table => _row = table.Add(listener, place: 0));
        Assert.Single(Rows());
        Refresh(2, table => table.Lose(_row));
        Assert.Empty(Rows());
        Assert.Equal(0UL, _table.VanishedLoss.Count);
    }

    /// <summary>With it grows the memory for each connection, which has a record of the collector's besides.</summary>
    [Fact]
    public void A_row_is_no_larger_than_it_was_thought_to_be() =>
        Assert.InRange(System.Runtime.CompilerServices.Unsafe.SizeOf<ConnectionRow>(), 1, 128);

    [Fact]
    public void Two_samples_of_the_same_moment_keep_the_rate_that_was_known()
    {
        Refresh(Sample(1, bytesIn: 0, at: 1 * Second));
        Refresh(Sample(1, bytesIn: 100, at: 2 * Second));
        Assert.Equal(100.0, Assert.Single(Refresh(Sample(1, bytesIn: 100, at: 2 * Second))).RateIn);
    }

    [Fact]
    public void A_counter_never_goes_backwards()
    {
        Refresh(Sample(1, bytesIn: 1_000, bytesOut: 900, at: 1 * Second));
        var row = Assert.Single(Refresh(Sample(1, bytesIn: 999, bytesOut: 800, at: 2 * Second)));
        Assert.Equal((1_000UL, 900UL), (row.BytesIn, row.BytesOut));
        Assert.Equal(0.0, row.RateOut);
    }

    [Fact]
    public void The_final_sample_corrects_what_a_live_one_had_too_much()
    {
        Refresh(Sample(1, bytesIn: 1_000, bytesOut: 900, at: 1 * Second));
        Refresh(Sample(1, bytesIn: 1_501, bytesOut: 2_348, at: 2 * Second));
        var last = Assert.Single(Refresh(Sample(1, bytesIn: 1_500, bytesOut: 900, at: 3 * Second, closed: true)));
        Assert.Equal((1_500UL, 900UL, 0.0, 0.0), (last.BytesIn, last.BytesOut, last.RateIn, last.RateOut));
        Assert.Equal(new HostTotals(500, 0, 0, 0), _table.Totals);
    }

    [Fact]
    public void A_closed_connection_stays_for_exactly_one_refresh_with_its_final_totals()
    {
        Refresh(Sample(1, bytesIn: 10, at: 1 * Second));
        var last = Assert.Single(Refresh(Sample(1, bytesIn: 25, at: 2 * Second, closed: true)));
        Assert.True(last.IsClosed);
        Assert.Equal(25UL, last.BytesIn);
        Assert.Empty(Refresh());
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void A_connection_that_is_born_and_dies_between_two_refreshes_is_shown_once_with_its_totals()
    {
        Refresh();
        var row = Assert.Single(Refresh(Sample(1, bytesOut: 77, closed: true)));
        Assert.Equal((true, true, 77UL), (row.IsNew, row.IsClosed, row.BytesOut));
        Assert.Empty(Refresh());
    }

    [Fact]
    public void A_final_record_after_a_live_sample_of_the_same_refresh_ends_the_connection()
    {
        Refresh(Sample(1, bytesIn: 10, at: 1 * Second));
        var row = Assert.Single(
            Refresh(Sample(1, bytesIn: 20, at: 2 * Second), Sample(1, bytesIn: 30, at: 2 * Second + 1, closed: true)));
        Assert.Equal((true, 30UL), (row.IsClosed, row.BytesIn));
        Assert.Empty(Refresh());
    }

    [Fact]
    public void The_rate_of_a_closing_connection_is_over_the_refresh_not_over_the_moment_it_lived_in_it()
    {
        Refresh(Sample(1, at: 0));
        _now = 0;
        var row = Assert.Single(
            RefreshAt(1 * Second, Sample(1, bytesOut: 1_000_000, at: Second / 1_000, closed: true)));
        Assert.Equal(1_000_000.0, row.RateOut);
    }

    [Fact]
    public void One_socket_that_connects_twice_is_two_connections()
    {
        Refresh(Sample(1, bytesOut: 5, born: 100));
        var rows = Refresh(Sample(1, bytesOut: 5, born: 100, closed: true), Sample(1, bytesOut: 1, born: 200));
        Assert.Equal(2, rows.Count);
        Assert.Equal([(100UL, true), (200UL, false)], rows.Select(row => (row.Key.BornNs, row.IsClosed)).Order());
    }

    [Fact]
    public void Segment_counters_go_on_when_the_kernels_32_bits_wrap()
    {
        Refresh(Sample(1, packetsIn: uint.MaxValue - 1));
        var row = Assert.Single(Refresh(Sample(1, packetsIn: 3)));
        Assert.Equal((ulong)uint.MaxValue + 4, row.PacketsIn);
    }

    [Fact]
    public void A_connection_missed_by_one_snapshot_stays_and_by_two_is_not_shown_until_there_is_news_of_it()
    {
        Refresh(Sample(1, bytesIn: 10, at: 1 * Second, born: 1));
        Assert.Single(Refresh());
        Assert.Empty(Refresh());
        var last = Assert.Single(Refresh(Sample(1, bytesIn: 25, at: 4 * Second, born: 1, closed: true)));
        Assert.Equal((25UL, true), (last.BytesIn, last.IsClosed));
        Assert.Equal((25UL, 0UL), (_table.Totals.BytesIn, _table.VanishedLoss.Count));
    }

    [Fact]
    public void A_connection_of_which_no_news_comes_has_vanished_with_a_named_loss()
    {
        Refresh(Sample(1, bytesIn: 10, at: 1 * Second));
        List<ConnectionRecord> rows = [];
        for (var i = 0; i < 60; i++)
            rows = Refresh();
        Assert.True(Assert.Single(rows).IsClosed);
        Assert.Equal(new Loss("connections_vanished", 1), _table.VanishedLoss);
        Assert.Empty(Refresh());
    }

    [Fact]
    public void A_connection_missed_once_and_seen_again_lives_on()
    {
        Refresh(Sample(1, bytesIn: 9, at: 1 * Second));
        Refresh();
        var row = Assert.Single(Refresh(Sample(1, bytesIn: 29, at: 3 * Second)));
        Assert.Equal((false, 10.0), (row.IsClosed, row.RateIn));
    }

    [Fact]
    public void The_bytes_of_ended_connections_stay_in_the_hosts_totals()
    {
        Refresh(Sample(1, bytesIn: 100, bytesOut: 1, born: 5));
        Refresh(
            Sample(1, bytesIn: 150, bytesOut: 2, born: 5, closed: true), Sample(2, bytesIn: 7, born: 6, closed: true));
        Refresh();
        Assert.Equal((157UL, 2UL), (_table.Totals.BytesIn, _table.Totals.BytesOut));
    }

    [Fact]
    public void What_a_connection_moved_before_the_program_began_is_no_part_of_the_hosts_totals()
    {
        Refresh(Sample(1, bytesIn: 1_000_000, born: 0));
        Refresh(Sample(1, bytesIn: 1_000_010, born: 0));
        Assert.Equal(10UL, _table.Totals.BytesIn);
    }

    [Fact]
    public void The_hosts_rate_counts_connections_that_no_refresh_saw_alive()
    {
        Refresh();
        _now = 0;
        RefreshAt(2 * Second);
        RefreshAt(4 * Second, Sample(3, bytesOut: 600, born: 1, closed: true));
        Assert.Equal(300.0, _table.Totals.RateOut);
    }

    [Fact]
    public void An_owner_once_known_is_not_forgotten()
    {
        var known = Sample(1);
        known.Owner = new ProcessIdentity(42, 1);
        known.ProcessName = KernelName.FromText("curl");
        Refresh(known);
        var row = Assert.Single(Refresh(Sample(1, closed: true)));
        Assert.Equal((42u, "curl"), (row.Owner.Pid, row.ProcessName.ToString()));
    }

    [Fact]
    public void Random_lives_in_any_order_of_samples_keep_every_total()
    {
        var random = new Random(20261123);
        var alive = new Dictionary<ulong, ulong>();
        ulong next = 1;
        for (var refresh = 0; refresh < 300; refresh++)
        {
            var samples = new List<ConnectionRecord>();
            foreach (var cookie in alive.Keys.ToArray())
            {
                var closes = random.Next(10) == 0;
                alive[cookie] += (ulong)random.Next(1_000);
                samples.Add(Sample(cookie, bytesIn: alive[cookie], born: cookie, closed: closes));
            }
            for (var born = random.Next(8); born > 0; born--)
            {
                alive[next] = (ulong)random.Next(1_000);
                samples.Add(Sample(next, bytesIn: alive[next], born: next));
                next++;
            }
            // Mostly the kernel's order, sometimes another.
            if (random.Next(4) == 0)
                random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(samples));
            var rows = Refresh([.. samples]);
            Assert.Equal(
                samples.Select(s => (s.Key.SocketCookie, (ulong?)s.BytesIn, s.IsClosed)).Order(),
                rows.Select(r => (r.Key.SocketCookie, r.BytesIn, r.IsClosed)).Order());
            foreach (var ended in samples.Where(s => s.IsClosed))
                alive.Remove(ended.Key.SocketCookie);
        }
        Assert.Equal(0UL, _table.VanishedLoss.Count);
    }

    [Fact]
    public void What_has_no_counters_shows_none_and_goes_without_a_last_row()
    {
        var listener =
            Sample(1, at: 1 * Second) with { State = TcpState.Listen, HasCounters = false, AcceptQueue = (2, 128) };
        var row = Assert.Single(Refresh(listener));
        Assert.Equal((null, null, null, (2u, 128u)), (row.BytesIn, row.PacketsOut, row.Retransmits, row.AcceptQueue));
        Assert.Empty(Refresh());
        Assert.Equal((0, 0UL), (_table.Count, _table.VanishedLoss.Count));
    }

    [Fact]
    public void The_kernels_own_sockets_have_a_name_without_a_process()
    {
        var row = Assert.Single(Refresh(Sample(1) with { ProcessName = KernelName.FromText("kernel") }));
        Assert.Equal(("kernel", false), (row.ProcessName.ToString(), row.Owner.IsKnown));
    }

    internal static ConnectionRecord Sample(
        ulong cookie, ulong bytesIn =
            0, ulong bytesOut = 0, ulong packetsIn = 0, ulong at = 0, ulong born = 0, bool closed = false) => new()
            {
                Key = new ConnectionKey(cookie, born),
                Protocol = Protocol.Tcp,
                State = closed ? TcpState.Close : TcpState.Established,
                BytesIn = bytesIn,
                BytesOut = bytesOut,
                PacketsIn = packetsIn,
                PacketCountersWrapAt32Bits = true,
                LastSeenNs = at,
                IsClosed = closed,
            };

    private List<ConnectionRecord> Refresh(params ConnectionRecord[] samples) => RefreshAt(_now + Second, samples);

    private List<ConnectionRecord> RefreshAt(ulong now, params ConnectionRecord[] samples)
    {
        _now = now;
        _table.Begin(now);
        foreach (var sample in samples)
            _table.Receive(sample);
        _table.EndRefresh();
        return Rows();
    }

    /// <summary>One in which a collector tells what changes.</summary>
    private void Refresh(ulong second, Action<ConnectionTable> tell) => RefreshOf(_table, second, () => tell(_table));

    private static void RefreshOf(ConnectionTable table, ulong second, Action tell)
    {
        table.Begin(second * Second);
        tell();
        table.EndRefresh();
    }

    private List<ConnectionRecord> Rows() => RowsOf(_table);

    private static List<ConnectionRecord> RowsOf(ConnectionTable table)
    {
        using var snapshot = new FullSnapshots(table).Build(DateTimeOffset.UnixEpoch, int.MaxValue, []);
        return [.. snapshot.Rows];
    }

    /// <summary>Kept by a collector that has one.</summary>
    private sealed class OnePlace : IRecordSource
    {
        public ConnectionRecord Reading { get; set; }

        public void Read(int place, out ConnectionRecord reading) => reading = Reading;
    }
}
