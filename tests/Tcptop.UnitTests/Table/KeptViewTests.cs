using Tcptop.Model;
using Tcptop.Model.Collecting;
using Tcptop.Model.Fields;
using Tcptop.Model.Filtering;
using Tcptop.Table;
using Xunit;

namespace Tcptop.UnitTests.Table;

/// <summary>
/// A view that is kept looks at what each refresh has touched alone; one that is made anew looks at everything. They
/// show the same.
/// </summary>
public sealed class KeptViewTests
{
    private const ulong Second = 1_000_000_000;
    private const int Refreshes = 60;

    private static readonly SortOrder[] Orders =
    [
        SortOrder.Default, SortOrder.By(FieldList.BytesIn), SortOrder.By(FieldList.BytesIn).Reverse(),
        SortOrder.By(FieldList.Local), SortOrder.By(FieldList.Process), SortOrder.By(FieldList.State),
        SortOrder.By(FieldList.Age),
    ];

    private readonly Dictionary<ulong, int> _numbered = [];
    private readonly Readings _readings = new();
    private ConnectionTable _table = new();
    private readonly Dictionary<ulong, ulong> _bytes = [];
    private readonly HashSet<ulong> _lost = [];
    private Random _random = new(0);
    private ulong _cookie;
    private ulong _now;

    public static TheoryData<int, bool> Seeds =>
        new(Enumerable.Range(1, 20).SelectMany(seed => new[] { (seed, false), (seed, true) }));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_view_that_is_kept_shows_what_one_that_is_made_anew_does(int seed, bool hasSource)
    {
        _random = new Random(seed);
        if (hasSource)
            _table = new ConnectionTable(_readings);
        var filter = new ConnectionFilter { LocalPorts = [1, 2, 3] };
        var (kept, keptFiltered) = (new TableView(_table), new TableView(_table, filter));
        for (var refresh = 0; refresh < Refreshes; refresh++)
        {
            Refresh(most: seed % 2 == 0 ? 40 : 400);
            // Whether it looks at each refresh or at some: it misses none.
            if (_random.Next(5) == 0)
                continue;
            AssertSame(kept, new TableView(_table), withTotals: true);
            AssertSame(keptFiltered, new TableView(_table, filter), withTotals: false);
        }
    }

    private void AssertSame(TableView kept, TableView anew, bool withTotals)
    {
        kept.Refreshed(DateTimeOffset.UnixEpoch, []);
        anew.Refreshed(DateTimeOffset.UnixEpoch, []);
        for (var i = 0; i < 4; i++)
        {
            var request = new ViewRequest
            {
                Order = Orders[_random.Next(Orders.Length)],
                Top = _random.Next(3) * 20,
                Lines = _random.Next(1, 20),
                Filter = FilterParser.Parse(_random.Next(4) == 0 ? "nginx" : ""),
                Selected = new RowChoice(
                    _random.Next(9), new ConnectionKey((ulong)_random.Next((int)_cookie + 1), Second)),
            };
            using var one = kept.Window(request);
            using var other = anew.Window(request);
            AssertSame(one, other, withTotals);
            Assert.Equal(other.View, one.View);
        }
        var rows = new RowsRequest
        {
            Order = Orders[_random.Next(Orders.Length)],
            Only = (RowChoices)_random.Next(3),
            Top = _random.Next(2) == 0 ? int.MaxValue : _random.Next(30),
            MaxRows = _random.Next(2) == 0 ? int.MaxValue : _random.Next(100),
        };
        using var some = kept.All(rows);
        using var all = anew.All(rows);
        AssertSame(some, all, withTotals);
        Assert.Equal(all.RowsCut, some.RowsCut);
    }

    private static void AssertSame(Snapshot one, Snapshot other, bool withTotals)
    {
        Assert.Equal(
            (other.TcpCount, other.UdpCount, other.ListenCount), (one.TcpCount, one.UdpCount, one.ListenCount));
        Assert.Equal(Texts(other), Texts(one));
        if (withTotals)
            Assert.Equal(other.Totals, one.Totals);
    }

    private static List<string> Texts(Snapshot snapshot)
    {
        var texts = new List<string>();
        foreach (ref readonly var row in snapshot.Rows)
            texts.Add($"{row.Key} {row.BytesIn} {row.RateIn} {row.IsClosed} {row.IsNew} {row.LastSeenNs} {row.Local}");
        return texts;
    }

    private void Refresh(int most)
    {
        _now += Second;
        _table.Begin(_now);
        End();
        foreach (var cookie in _numbered.Keys.Where(_ => _random.Next(10) == 0).ToList())
            Assert.True(_table.TryUpdate(_numbered[cookie], Live(cookie, moves: true)));
        Lose();
        while (_numbered.Count < most && _random.Next(50) != 0)
        {
            _bytes[++_cookie] = 0;
            _numbered[_cookie] = _table.Add(Live(_cookie, moves: false), (int)_cookie);
        }
        // UDP is read each time.
        for (ulong flow = 0; flow < 5; flow++)
            _table.Receive(Sample(1_000_000 + flow, moves: true, closed: false) with { Protocol = Protocol.Udp });
        _table.EndRefresh();
    }

    private void End()
    {
        foreach (var cookie in _lost.Where(_ => _random.Next(4) != 0))
            _table.Receive(Sample(cookie, moves: true, closed: true));
        _lost.Clear();
        foreach (var cookie in _numbered.Keys.Where(_ => _random.Next(20) == 0).ToList())
        {
            Assert.True(_table.TryUpdate(_numbered[cookie], Sample(cookie, moves: true, closed: true)));
            _numbered.Remove(cookie);
        }
        // Some that were born and died in between.
        for (var i = _random.Next(3); i > 0; i--)
            _table.Receive(Sample(++_cookie, moves: true, closed: true));
    }

    private void Lose()
    {
        foreach (var cookie in _numbered.Keys.Where(_ => _random.Next(40) == 0).ToList())
        {
            _table.Lose(_numbered[cookie]);
            _numbered.Remove(cookie);
            _lost.Add(cookie);
        }
    }

    private ConnectionRecord Live(ulong cookie, bool moves) =>
        _readings[(int)cookie] = Sample(cookie, moves, closed: false);

    private ConnectionRecord Sample(ulong cookie, bool moves, bool closed)
    {
        var bytes = _bytes.GetValueOrDefault(cookie) + (moves ? (ulong)_random.Next(100_000) : 0);
        _bytes[cookie] = bytes;
        var sample = ConnectionTableTests.Sample(cookie, bytesIn: bytes, at: _now, born: Second, closed: closed);
        sample.Local = new Endpoint(HostAddress.Parse("127.0.0.1"), (ushort)(cookie % 7));
        sample.ProcessName = KernelName.FromText(cookie % 3 == 0 ? "nginx" : $"p{cookie % 5}");
        sample.State = TcpState.Established;
        return sample;
    }

    /// <summary>Kept by a collector.</summary>
    private sealed class Readings : Dictionary<int, ConnectionRecord>, IRecordSource
    {
        public void Read(int place, out ConnectionRecord reading) => reading = this[place];
    }
}
