using Tcptop.Model;
using Tcptop.Model.Fields;
using Tcptop.Model.Filtering;
using Tcptop.Table;
using Xunit;

namespace Tcptop.UnitTests.Table;

/// <summary>Windows are slices of the whole order, whichever the column, the filter and the place.</summary>
public sealed class TableViewTests
{
    private const ulong Second = 1_000_000_000;
    private const int Rows = 700;

    private readonly ConnectionTable _table = new();
    private readonly TableView _view;
    private ulong _now;

    public TableViewTests() => _view = new TableView(_table, filter: null, new OneContainer());

    public static TheoryData<string, bool> Orders()
    {
        var orders = new TheoryData<string, bool>();
        foreach (var field in FieldList.All)
        {
            orders.Add(field.Name, false);
            orders.Add(field.Name, true);
        }
        return orders;
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Rows_are_in_the_order_of_the_column_what_it_does_not_know_last_and_equal_ones_by_their_age(
        string name, bool isDescending)
    {
        var field = FieldList.Find(name)!;
        RefreshRandom();
        using var snapshot = Window(new ViewRequest { Order = new SortOrder(field, isDescending), Lines = Rows });
        Assert.Equal(Rows, snapshot.Rows.Length);
        for (var i = 1; i < snapshot.Rows.Length; i++)
        {
            var (before, row) = (snapshot.Rows[i - 1], snapshot.Rows[i]);
            var compared = Compare(field, before, row, isDescending);
            Assert.True(
                compared < 0 || (compared == 0 && before.Key.CompareTo(row.Key) < 0), $"{before.Key} before {row.Key}");
        }
    }

    [Fact]
    public void A_window_is_a_slice_of_the_whole_with_a_page_more_on_either_side()
    {
        RefreshRandom();
        using var whole = Window(new ViewRequest { Order = SortOrder.By(FieldList.Remote), Lines = Rows });
        var all = Keys(whole);
        (int, int)[] windows =
        [
            (0, 1), (0, 50), (3, 10), (345, 20), (Rows - 20, 20), (Rows - 1, 20), (100, 0), (5_000, 50),
        ];
        foreach (var (top, lines) in windows)
        {
            using var window = Window(
                new ViewRequest { Order = SortOrder.By(FieldList.Remote), Top = top, Lines = lines });
            var view = window.View!;
            Assert.Equal((Rows, Math.Min(top, Rows - lines)), (view.MatchCount, view.Top));
            var page = Math.Max(lines, 1);
            var first = Math.Max(view.Top - page, 0);
            Assert.Equal(first, view.First);
            Assert.Equal(all[first..Math.Min(view.Top + 2 * page, Rows)], Keys(window));
        }
    }

    [Fact]
    public void The_selected_connection_is_found_and_seen_wherever_the_order_has_it()
    {
        RefreshRandom();
        var request = new ViewRequest
        {
            Order = SortOrder.By(FieldList.Pid),
            Top = 0,
            Lines = 20,
            Selected = new RowChoice(3, null)
        };
        using var first = Window(request);
        var key = first.View!.Selected!.Value.Key;
        Assert.Equal(first.Rows[3].Key, key);
        foreach (var field in FieldList.All)
        {
            using var window = Window(request with { Order = SortOrder.By(field), Selected = new RowChoice(3, key) });
            var view = window.View!;
            Assert.Equal(key, view.Selected!.Value.Key);
            Assert.Equal(key, window.Rows[view.Selected.Value.Rank - view.First].Key);
            Assert.InRange(view.Selected.Value.Rank, view.Top, view.Top + 19);
        }
    }

    [Fact]
    public void Where_the_selected_connection_has_gone_its_place_is_selected()
    {
        Refresh(Sample(1), Sample(2), Sample(3));
        Refresh(Sample(1), Sample(2) with { IsClosed = true }, Sample(3));
        Refresh(Sample(1), Sample(3));
        var request = new ViewRequest { Lines = 10, Selected = new RowChoice(1, new ConnectionKey(2, 0)) };
        using (var window = Window(request))
            Assert.Equal(new RowChoice(1, new ConnectionKey(3, 0)), window.View!.Selected);
        Refresh(Sample(1), Sample(3) with { IsClosed = true });
        Refresh(Sample(1));
        using (var window = Window(request))
            Assert.Equal(new RowChoice(0, new ConnectionKey(1, 0)), window.View!.Selected);
        Refresh(Sample(1) with { IsClosed = true });
        Refresh();
        using (var window = Window(request))
            Assert.Null(window.View!.Selected);
    }

    [Fact]
    public void A_connection_too_short_to_have_a_rate_has_its_place_by_what_it_moved()
    {
        var young = Sample(4, 150) with { Key = new ConnectionKey(4, 1) };
        Refresh(Sample(1), Sample(2), Sample(3));
        // It ends while the refresh is made: its row and its last one come in the same.
        Refresh(Sample(1, 300), Sample(2, 200), Sample(3), young, Sample(5, 1_000),
            young with { BytesIn = 250, IsClosed = true });
        using var window = Window(new ViewRequest { Lines = 10 });
        // The last is older than the table: when it moved that is not known.
        Assert.Equal([1UL, 4, 2, 3, 5], Cookies(window));
        Assert.Null(window.Rows[1].RateIn);
    }

    [Fact]
    public void A_typed_filter_takes_rows_away_and_neither_counts_nor_totals()
    {
        Refresh(Sample(1) with { ProcessName = KernelName.FromText("one"), CgroupId = 7 },
            Sample(2) with { ProcessName = KernelName.FromText("two") });
        var filter = FilterParser.Parse("ONE");
        using var window = Window(new ViewRequest { Filter = filter, Lines = 10, Facts = HostFact.Cgroup });
        Assert.Equal((1, 1, 2), (window.Rows.Length, window.View!.MatchCount, window.ConnectionCount));
        Assert.Equal("docker:4f5e6d7c8b9a", window.FactsOf(0).Container);
    }

    [Fact]
    public void A_paused_view_stays_as_it_was_can_be_sorted_and_goes_on_from_now()
    {
        Refresh(Sample(1, 10), Sample(2, 20));
        Refresh(Sample(1, 110), Sample(2, 320));
        var paused = new ViewRequest { Lines = 10, IsPaused = true };
        using (var window = Window(paused))
            Assert.Equal([2UL, 1], Cookies(window));
        Refresh(Sample(1, 5_000) with { IsClosed = true }, Sample(2, 320), Sample(3));
        Refresh(Sample(2, 320), Sample(3));
        using (var window = Window(paused))
        {
            Assert.Equal([2UL, 1], Cookies(window));
            Assert.Equal((300.0, 2u), (window.Rows[0].RateIn, window.Refresh));
        }
        using (var window = Window(paused with { Order = new SortOrder(FieldList.RateIn, IsDescending: false) }))
            Assert.Equal([1UL, 2], Cookies(window));
        using (var window = Window(new ViewRequest { Lines = 10 }))
        {
            Assert.Equal([2UL, 3], Cookies(window));
            Assert.Equal(4u, window.Refresh);
        }
    }

    [Fact]
    public void Windows_cut_again_and_again_allocate_nothing_per_row()
    {
        RefreshRandom();
        var request = new ViewRequest
        {
            Order = SortOrder.By(FieldList.Local),
            Filter = FilterParser.Parse("10"),
            Top = 300,
            Lines = 40
        };
        Allocation.AssertAtMost(1_999, () => Window(request).Dispose(), Allocation.UntilCompiled);
    }

    [Fact]
    public void Any_number_of_rows_is_parted_rightly_also_when_nearly_all_are_alike()
    {
        var random = new Random(8);
        for (var count = 0; count < 120; count++)
        {
            var view = new TableView(_table);
            Refresh(
                [.. Enumerable.Range(1, count).Select(i => Sample((ulong)i) with { RttUs = (uint)random.Next(3) })]);
            view.Refreshed(DateTimeOffset.UnixEpoch, []);
            var request = new ViewRequest { Order = SortOrder.By(FieldList.Rtt), Lines = 1_000 };
            using var whole = view.Window(request);
            var top = random.Next(count + 1);
            using var window = view.Window(request with { Top = top, Lines = 7 });
            var first = window.View!.First;
            Assert.Equal(Keys(whole)[first..(first + window.Rows.Length)], Keys(window));
        }
    }

    private static int Compare(Field column, ConnectionRecord x, ConnectionRecord y, bool isDescending)
    {
        var (a, b) = (ValueOf(column, x), ValueOf(column, y));
        if (a is null || b is null)
            return (a is null).CompareTo(b is null);
        return isDescending ? b.CompareTo(a) : a.CompareTo(b);
    }

    /// <summary>What the field is read as, and of some of them written out by hand.</summary>
    private static IComparable? ValueOf(Field field, ConnectionRecord row) => field switch
    {
        _ when field == FieldList.RateTotal => row.HasCounters ? row.RateTotal : null,
        _ when field == FieldList.Protocol => (int)row.Protocol,
        _ when field == FieldList.Local => (row.Local.Address, row.Local.Port),
        _ when field == FieldList.Remote => (row.Remote.Address, row.Remote.Port),
        _ when field == FieldList.Pid => row.Owner.IsVisible ? row.Owner.Pid : null,
        _ when field == FieldList.Process =>
            row.ProcessName.IsEmpty ? null : new OrdinalText(row.ProcessName.ToString().ToLowerInvariant()),
        _ when field == FieldList.State => row.State is { } state ? new OrdinalText(state.Name()) : null,
        _ when field == FieldList.Container => row.Owner.IsKnown ? 0 : null,
        NumberField number => number.Read(row),
        FractionField fraction => fraction.Read(row),
        NameField name => name.Read(row).IsEmpty ? null : new OrdinalText(name.Read(row).ToString()),
        AddressField address => (address.Read(row), 0),
        FlagField flag => flag.Read(row),
        ShareField share => share.Read(row)?.Part,
        // The host of this test tells nothing but containers, and all rows are of one time.
        _ => null,
    };

    private void RefreshRandom()
    {
        var random = new Random(17);
        var samples = Enumerable.Range(1, Rows).Select(i => RandomSample(random, (ulong)i)).ToArray();
        Refresh(samples);
        foreach (ref var sample in samples.AsSpan())
        {
            sample.BytesIn += (ulong)random.Next(9) * 100;
            sample.BytesOut += (ulong)random.Next(3);
        }
        Refresh(samples);
    }

    private static ConnectionRecord RandomSample(Random random, ulong cookie)
    {
        TcpState[] states =
            [TcpState.Established, TcpState.Listen, TcpState.SynSent, TcpState.CloseWait, TcpState.FinWait2];
        string[] addresses = ["10.0.0.1", "10.0.0.2", "255.1.2.3", "::1", "2001:db8::1", "2001:db8::2", "fe80::1",
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"];
        Endpoint End() => new(HostAddress.Parse(addresses[random.Next(addresses.Length)]), (ushort)random.Next(4));
        var state = states[random.Next(states.Length)];
        var isUdp = random.Next(4) == 0;
        return Sample(cookie, (ulong)random.Next(5)) with
        {
            Protocol = isUdp ? Protocol.Udp : Protocol.Tcp,
            State = isUdp ? null : state,
            HasCounters = isUdp || state != TcpState.Listen,
            Local = End(),
            Remote = End(),
            // Some are not known, and some are outside the pid namespace.
            Owner =
                random.Next(3) == 0 ? default : new ProcessIdentity((uint)random.Next(1, 50), 1, (uint)random.Next(5)),
            ProcessName = KernelName.FromText(
                ((string[])["", "nginx", "Nginx", "NG", "fifteen-letters", "fifteen-letterz", "日本"])[random.Next(7)]),
            RttUs = random.Next(3) == 0 ? null : (uint)random.Next(4),
            BytesOut = (ulong)random.Next(4),
            PacketsIn = (ulong)random.Next(4),
            PacketsOut = (ulong)random.Next(4),
        };
    }

    private static ConnectionRecord Sample(ulong cookie, ulong bytesIn = 0) =>
        ConnectionTableTests.Sample(cookie, bytesIn);

    private void Refresh(params ConnectionRecord[] samples)
    {
        _now += Second;
        _table.Begin(_now);
        foreach (var sample in samples)
            _table.Receive(sample with { LastSeenNs = _now });
        _table.EndRefresh();
        _view.Refreshed(DateTimeOffset.UnixEpoch, []);
    }

    private Snapshot Window(ViewRequest request) => _view.Window(request);

    private static ConnectionKey[] Keys(Snapshot snapshot) => [.. snapshot.Rows.ToArray().Select(row => row.Key)];

    private static ulong[] Cookies(Snapshot snapshot) =>
        [.. snapshot.Rows.ToArray().Select(row => row.Key.SocketCookie)];

    private sealed record OrdinalText(string Text) : IComparable
    {
        /// <summary>As the bytes of UTF-8 are ordered.</summary>
        public int CompareTo(object? obj) => string.CompareOrdinal(Text, ((OrdinalText)obj!).Text);
    }
}
