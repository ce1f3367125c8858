using Tcptop.Model;
using Tcptop.Table;
using Tcptop.Tui.Grid;
using Xunit;

namespace Tcptop.UnitTests.Tui;

public sealed class ColumnWidthsTests
{
    private const int Local = 1;
    private const int Remote = 2;
    private const int Pid = 3;
    private const int Process = 4;
    private const int Rtt = 8;

    private const string LongestAddress = "[2001:db8:1111:2222:3333:4444:5555:6666]:60022";

    /// <summary>A row in which each column has the longest content that there is.</summary>
    private static readonly ContentWidths Long = WidthsOf(
        Connections.Tcp(LongestAddress, LongestAddress, TcpState.NewSynRecv).OwnedBy(4194304, "fifteen-letters"));

    private static readonly ContentWidths LongRemote = WidthsOf(
        Connections.Tcp("10.0.0.1:22", LongestAddress, TcpState.Close).OwnedBy(1, "a"));

    /// <summary>And one in which all is short.</summary>
    private static readonly ContentWidths Short = WidthsOf(
        Connections.Tcp("10.0.0.1:22", "10.0.0.2:5", TcpState.Close).OwnedBy(1, "a"));

    [Fact]
    public void From_40_columns_up_every_column_is_there_and_the_line_is_used_to_the_last()
    {
        var most = Fit(1000).Sum() + Columns.Gap * (Columns.Default.Length - 1);
        for (var width = 40; width <= 300; width++)
        {
            var widths = Fit(width);
            Assert.DoesNotContain(0, widths);
            Assert.Equal(Math.Min(width, most), widths.Sum() + Columns.Gap * (widths.Length - 1));
        }
    }

    [Fact]
    public void A_wider_screen_makes_no_column_narrower_than_one_by_rounding()
    {
        var before = Fit(40);
        for (var width = 41; width <= 300; width++)
        {
            var now = Fit(width);
            for (var i = 0; i < now.Length; i++)
                Assert.True(now[i] >= before[i] - 1, $"column {i} at {width}");
            before = now;
        }
    }

    [Fact]
    public void Titles_and_numbers_are_whole_from_80_columns_up()
    {
        for (var width = 80; width <= 300; width++)
        {
            var widths = Fit(width);
            for (var i = 0; i < widths.Length; i++)
                Assert.True(widths[i] >= Columns.Default[i].Title.Length, $"column {i} at {width}");
        }
    }

    [Fact]
    public void A_process_id_and_a_round_trip_time_are_whole_before_anything_else_grows()
    {
        Assert.Equal([3, 4, 4, 7, 4, 3, 4, 4, 5], Fit(46));
        Assert.Equal((7, 5), (Fit(50)[Pid], Fit(50)[Rtt]));
    }

    [Fact]
    public void Below_40_columns_what_does_not_fit_on_the_right_gets_nothing()
    {
        Assert.Equal([3, 4, 2, 0, 0, 0, 0, 0, 0], Fit(11));
        Assert.Equal(new int[9], Fit(0));
    }

    [Fact]
    public void A_column_with_short_contents_leaves_room_to_those_with_long_ones()
    {
        var (allLong, rest) = (Fit(100, Long), Fit(100, LongRemote));
        Assert.True(rest[Remote] > allLong[Remote] && rest[Process] < allLong[Process]);
        Assert.Equal("10.0.0.1:22".Length, rest[Local]);
    }

    [Fact]
    public void Beyond_120_columns_an_address_grows_to_what_it_needs_and_no_further()
    {
        var widths = Fit(200, Long);
        Assert.Equal(LongestAddress.Length, widths[Local]);
        Assert.Equal(26, Fit(200, Short)[Local]);
    }

    private static ContentWidths WidthsOf(ConnectionRecord row) =>
        ContentWidths.None.With(Snapshot.Of([row], DateTimeOffset.UnixEpoch), Columns.Default);

    private static int[] Fit(int width, ContentWidths? content = null)
    {
        var widths = new int[Columns.Default.Length];
        ColumnWidths.Fit(Columns.Default.AsSpan(), content ?? Long, width, widths);
        return widths;
    }
}
