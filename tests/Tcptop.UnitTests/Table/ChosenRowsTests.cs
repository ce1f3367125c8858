using Tcptop.Model;
using Tcptop.Model.Fields;
using Tcptop.Table;
using Tcptop.UnitTests.Outputs;
using Xunit;
using static Tcptop.UnitTests.Table.ConnectionTableTests;

namespace Tcptop.UnitTests.Table;

/// <summary>The rows of a refresh that a file is asked for, and their order.</summary>
public sealed class ChosenRowsTests
{
    private const ulong Second = 1_000_000_000;

    private readonly ConnectionTable _table = new();
    private readonly TableView _view;
    private ulong _now;

    public ChosenRowsTests() => _view = new TableView(_table, null, new NamedByCgroup());

    [Theory]
    [InlineData(1, new ulong[] { 1, 2, 3 })]
    [InlineData(2, new ulong[] { 1, 2, 3, 4 })]
    [InlineData(3, new ulong[] { 1, 2, 3, 4, 5 })]
    [InlineData(100, new ulong[] { 1, 2, 3, 4, 5 })]
    public void The_first_live_rows_come_with_all_that_have_ended(int top, ulong[] cookies)
    {
        ThreeLiveAndTwoEnded();
        var request = new RowsRequest { Top = top };
        Assert.Equal(cookies, CookiesOf(request).Order());
        Assert.Equal((0, 0), CutAndLosses(request));
    }

    [Fact]
    public void Rows_without_room_are_a_loss_and_rows_that_nobody_asked_for_are_none()
    {
        ThreeLiveAndTwoEnded();
        var request = new RowsRequest { Top = 2, MaxRows = 3 };
        using (var snapshot = _view.All(request))
        {
            Assert.Equal<ulong>([1UL, 2, 3], [.. Cookies(snapshot).Order()]);
            Assert.Equal(1, snapshot.RowsCut);
            Assert.Equal([new Loss("rows_cut", 1)], snapshot.Losses);
        }
        using var further = _view.All(request);
        Assert.Equal([new Loss("rows_cut", 2)], further.Losses);
    }

    [Fact]
    public void Counts_are_of_all_live_rows_whichever_are_written()
    {
        ThreeLiveAndTwoEnded();
        foreach (var only in Enum.GetValues<RowChoices>())
        {
            using var snapshot = _view.All(new RowsRequest { Top = 1, Only = only });
            Assert.Equal(3, snapshot.ConnectionCount);
        }
    }

    [Fact]
    public void Only_what_has_ended_is_written_where_only_that_is_wanted()
    {
        ThreeLiveAndTwoEnded();
        var request = new RowsRequest { Only = RowChoices.Closed };
        Assert.Equal<ulong>([1UL, 2], [.. CookiesOf(request).Order()]);
        Assert.Equal((0, 0), CutAndLosses(request));
        Refresh(Sample(3, bytesIn: 301, at: 3 * Second));
        Assert.Empty(CookiesOf(request));
    }

    [Fact]
    public void Rows_that_have_changed_are_those_that_began_moved_ended_dropped_or_have_another_state()
    {
        const ulong Idle = 1, Moved = 2, Closing = 3, Dropping = 4;
        const ulong Ended = 5, Sent = 6, Young = 7, Listening = 8;
        var listener = WithoutCounters(Listening);
        Refresh(
            Sample(Idle, bytesIn: 5), Sample(Moved), Sample(Closing), Udp(Dropping, drops: 0), Sample(Ended),
            Sample(Sent), listener with { AcceptQueue = (0, 8) });
        Assert.Equal([Idle, Moved, Closing, Dropping, Ended, Sent, Listening], Changed());
        Refresh(
            Sample(Idle, bytesIn: 5), Sample(Moved, bytesIn: 1),
            Sample(Closing) with { State = TcpState.CloseWait },
            Udp(Dropping, drops: 1), Sample(Ended, closed: true), Sample(Sent, packetsIn: 1), Sample(Young),
            listener with { AcceptQueue = (1, 8) });
        Assert.Equal([Moved, Closing, Dropping, Ended, Sent, Young, Listening], Changed());
        Refresh(
            Sample(Idle, bytesIn: 5), Sample(Moved, bytesIn: 1),
            Sample(Closing) with { State = TcpState.CloseWait },
            Udp(Dropping, drops: 1), Sample(Sent, packetsIn: 1), Sample(Young),
            listener with { AcceptQueue = (1, 8) });
        Assert.Empty(Changed());
    }

    [Fact]
    public void A_row_that_changed_before_and_that_this_refresh_has_not_read_is_as_it_was()
    {
        Refresh(Sample(1), Sample(2));
        Refresh(Sample(1, bytesIn: 1), Sample(2));
        Assert.Equal([1UL], Changed());
        Refresh(Sample(2));
        Assert.Empty(Changed());
        Assert.Equal<ulong>([1UL, 2], [.. CookiesOf(new RowsRequest()).Order()]);
    }

    [Fact]
    public void Rows_can_be_in_the_order_of_any_field_both_ways_and_what_is_not_known_comes_last()
    {
        var measured = OutputRows.Row() with
        {
            Key = new ConnectionKey(11, 2 * Second),
            AcceptQueue = (3, 128),
            Drops = 4,
        };
        measured.Tcp.MinRttUs = 42;
        Refresh(
            OutputRows.Row() with { Key = new ConnectionKey(12, Second), BytesIn = 5, RateOut = 7 },
            OutputRows.Bare() with { Key = new ConnectionKey(13, 0), Drops = 9 },
            OutputRows.WithoutCounters(TcpState.Listen) with
            {
                Key = new ConnectionKey(14, 0),
                AcceptQueue = (1, 8),
            },
            measured);
        foreach (var field in FieldList.All)
        {
            foreach (var isDescending in (bool[])[false, true])
                IsInOrderOf(field, isDescending);
        }
    }

    [Theory]
    [InlineData("command")]
    [InlineData("container")]
    public void Words_that_differ_only_far_behind_their_beginning_are_in_order_both_ways(string name)
    {
        var field = FieldList.Find(name)!;
        Refresh(Named(1, cgroup: 3), Named(2, cgroup: 1), Named(3, cgroup: 2), Named(4, cgroup: 1));
        Assert.Equal([2UL, 4, 3, 1], CookiesOf(new RowsRequest { Order = new SortOrder(field, false) }));
        Assert.Equal([1UL, 3, 2, 4], CookiesOf(new RowsRequest { Order = new SortOrder(field, true) }));
    }

    [Theory]
    [InlineData("command")]
    [InlineData("container")]
    public void The_first_by_long_words_are_the_first_of_the_whole_order(string name)
    {
        var order = new SortOrder(FieldList.Find(name)!, false);
        var random = new Random(20);
        // As many digits for all: their order as words is that as numbers.
        var cookies = Enumerable.Range(1, 200);
        Refresh([.. cookies.Select(cookie => Named((ulong)cookie, (ulong)random.Next(100, 160)))]);
        var whole = CookiesOf(new RowsRequest { Order = order });
        Assert.Equal(200, whole.Count);
        foreach (var top in (int[])[1, 7, 50, 199])
            Assert.Equal(whole.Take(top), CookiesOf(new RowsRequest { Order = order, Top = top }));
    }

    private void IsInOrderOf(Field field, bool isDescending)
    {
        using var snapshot = _view.All(new RowsRequest { Order = new SortOrder(field, isDescending) });
        Assert.Equal<ulong>([11UL, 12, 13, 14], [.. Cookies(snapshot).Order()]);
        var values = snapshot.Rows.ToArray().Select(row => NumberOf(field, row)).ToList();
        var known = values.TakeWhile(value => value is not null).ToList();
        Assert.True(values.Skip(known.Count).All(value => value is null), $"{field}: unknown is not last");
        Assert.Equal(isDescending ? known.OrderDescending() : known.Order(), known);
    }

    /// <summary>
    /// Null also of what is no number. Rates together are sorted by something else where none is known.
    /// </summary>
    private static double? NumberOf(Field field, ConnectionRecord row) => field switch
    {
        NumberField number => number.Read(row),
        FractionField fraction when fraction != FieldList.RateTotal => fraction.Read(row),
        _ => (double?)null,
    };

    private static ConnectionRecord Udp(ulong cookie, ulong drops) =>
        Sample(cookie) with { Protocol = Protocol.Udp, State = null, Drops = drops };

    private static ConnectionRecord WithoutCounters(ulong cookie) =>
        Sample(cookie) with { State = TcpState.Listen, HasCounters = false };

    private static ConnectionRecord Named(ulong cookie, ulong cgroup) =>
        Sample(cookie) with { Owner = new ProcessIdentity(5, 5), CgroupId = cgroup };

    private void ThreeLiveAndTwoEnded()
    {
        Refresh(Sample(1), Sample(2), Sample(3), Sample(4), Sample(5));
        Refresh(
            Sample(3, bytesIn: 300, at: 2 * Second), Sample(4, bytesIn: 200, at: 2 * Second),
            Sample(5, bytesIn: 100, at: 2 * Second), Sample(1, at: 2 * Second, closed: true),
            Sample(2, at: 2 * Second, closed: true));
    }

    private void Refresh(params ConnectionRecord[] samples)
    {
        _now += Second;
        _table.Begin(_now);
        foreach (var sample in samples)
            _table.Receive(sample);
        _table.EndRefresh();
        _view.Refreshed(DateTimeOffset.UnixEpoch, []);
    }

    private List<ulong> Changed() => [.. CookiesOf(new RowsRequest { Only = RowChoices.Changed }).Order()];

    private List<ulong> CookiesOf(RowsRequest request)
    {
        using var snapshot = _view.All(request);
        return Cookies(snapshot);
    }

    private (int Cut, int Losses) CutAndLosses(RowsRequest request)
    {
        using var snapshot = _view.All(request);
        return (snapshot.RowsCut, snapshot.Losses.Count);
    }

    private static List<ulong> Cookies(Snapshot snapshot) =>
        [.. snapshot.Rows.ToArray().Select(row => row.Key.SocketCookie)];

    /// <summary>Each cgroup has a command and a container of its own, which differ at their ends.</summary>
    private sealed class NamedByCgroup : IHostFacts
    {
        public Action? Answered { get; set; }

        public Loss Unanswered => default;

        public void Await(
            ReadOnlySpan<ConnectionRecord> rows, Func<TimeSpan> timeLeft, HostFact asked = HostFact.All)
        {
        }

        public RowFacts FactsOf(in ConnectionRecord row, HostFact asked = HostFact.All)
        {
            var process = new ProcessFacts($"/usr/bin/python3 -m worker --number {row.CgroupId}", null, null);
            return new RowFacts(null, $"kubepods-besteffort-pod-{row.CgroupId}", null, null, process);
        }
    }
}
