using Tcptop.Model.Fields;
using Tcptop.Table;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Look;
using Tcptop.Tui.View;
using Xunit;
using static Tcptop.UnitTests.Tui.Frames;

namespace Tcptop.UnitTests.Tui;

/// <summary>The table with more columns, and its titles.</summary>
public sealed class ColumnsTests
{
    [Fact]
    public void More_columns_have_bytes_packets_and_container() => AssertFrame(170, 10, More, """
        Connections 4 (TCP 3, UDP 1)
        In   10 MB/s   55 MB total                                                    ▁▂▃▄▄▅▆▇██
        Out 1.5 KB/s   15 KB total                                                    ██████████
        Proto Local                 Remote                                       PID Process    State        Rate In Rate Out    RTT Bytes In Bytes Out Pkts In Pkts Out Container
        tcp   192.168.1.10:443      203.0.113.77:51234                          1234 nginx      ESTABLISHED 340 KB/s 1.2 MB/s  12 ms   118 MB    4.7 GB     999     1.2M -
        tcp   [2001:db8::10]:22     [2001:db8:85a3:1234…8a2e:370:7334]:60022 4194304 sshd       ESTABLISHED   17 B/s    0 B/s  85 us      0 B       0 B       0        0 -
        udp   10.0.0.1:53           10.0.0.2:40000                                53 日本語ネー -                  -        -      -      0 B       0 B       0        0 -
        tcp   192.168.100.200:55555 198.51.100.200:8443                           99 ev\x1bil\n CLOSE          0 B/s  12 MB/s  1.5 s      0 B       0 B       0        0 -
        tcp   127.0.0.1:9000        127.0.0.1:9001                                 - -          SYN_SENT           -        -      -      0 B       0 B       0        0 -
         Sort: Rate In+Out ↓  every 1 s                                                                                                                            ? help  q quit
        """);

    [Fact]
    public void At_120_columns_contents_are_trimmed_and_all_columns_are_there() => AssertFrame(120, 10, More, """
        Connections 4 (TCP 3, UDP 1)
        In   10 MB/s   55 MB total                                                    ▁▂▃▄▄▅▆▇██
        Out 1.5 KB/s   15 KB total                                                    ██████████
        Proto Local        Remote            PID Process State  Rate In Rate Out    RTT    B In     BOut   P In    POut Contain…
        tcp   192.1…10:443 203.0.…:51234    1234 nginx   ESTA… 340 KB/s 1.2 MB/s  12 ms  118 MB   4.7 GB    999    1.2M -
        tcp   [2001…10]:22 [2001:…:60022 4194304 sshd    ESTA…   17 B/s    0 B/s  85 us     0 B      0 B      0       0 -
        udp   10.0.0.1:53  10.0.0…:40000      53 日本語… -            -        -      -     0 B      0 B      0       0 -
        tcp   192.1…:55555 198.51…0:8443      99 ev\x1b… CLOSE    0 B/s  12 MB/s  1.5 s     0 B      0 B      0       0 -
        tcp   127.0…1:9000 127.0.…1:9001       - -       SYN_…        -        -      -     0 B      0 B      0       0 -
         Sort: Rate In+Out ↓  every 1 s                                                                          ? help  q quit
        """);

    [Fact]
    public void At_80_columns_numbers_take_their_short_form() => AssertFrame(80, 10, More, """
        Connections 4 (TCP 3, UDP 1)
        In   10 MB/s   55 MB total                           ▂▃▅▇█
        Out 1.5 KB/s   15 KB total                           █████
        Pro… Local  Remote     PID Proc… Sta…    In   Out   RTT B In BOut P In POut Con…
        tcp  1…:443 203.0…    1234 nginx EST…  340K  1.2M  12ms 118M 4.7G  999 1.2M -
        tcp  [2…:22 [2001… 4194304 sshd  EST…   17B    0B  85us   0B   0B    0    0 -
        udp  10…:53 10.0.…      53 日本… -        -     -     -   0B   0B    0    0 -
        tcp  192.1… …:8443      99 ev\x… CLO…    0B   12M  1.5s   0B   0B    0    0 -
        tcp  …:9000 …:9001       - -     SYN…     -     -     -   0B   0B    0    0 -
         Sort: Rate In+Out ↓  every 1 s                                  ? help  q quit
        """);

    [Fact]
    public void The_column_that_sorts_has_the_arrow_and_the_long_title_if_both_fit() =>
        AssertFrame(100, 6, State() with { Order = SortOrder.By(FieldList.RateOut) }, """
        Connections 4 (TCP 3, UDP 1)
        In   10 MB/s   55 MB total                                                    ▁▂▃▄▄▅▆▇██
        Out 1.5 KB/s   15 KB total                                                    ██████████
        Proto Local              Remote                     PID Process   State      Rate In     Out↓    RTT
        tcp   192.168.1.10:443   203.0.113.77:51234        1234 nginx     ESTABLIS… 340 KB/s 1.2 MB/s  12 ms
         Sort: Rate Out ↓  every 1 s                                                         ? help  q quit
        """);

    [Fact]
    public void The_arrow_tells_the_direction() =>
        AssertFrame(100, 6, State() with { Order = SortOrder.By(FieldList.Local) }, """
        Connections 4 (TCP 3, UDP 1)
        In   10 MB/s   55 MB total                                                    ▁▂▃▄▄▅▆▇██
        Out 1.5 KB/s   15 KB total                                                    ██████████
        Proto Local↑             Remote                     PID Process   State      Rate In Rate Out    RTT
        tcp   192.168.1.10:443   203.0.113.77:51234        1234 nginx     ESTABLIS… 340 KB/s 1.2 MB/s  12 ms
         Sort: Local ↑  every 1 s                                                            ? help  q quit
        """);

    [Fact]
    public void A_title_is_marked_by_standing_out_of_the_bar_and_the_sorting_one_is_bold()
    {
        var state = State() with { Order = SortOrder.By(FieldList.Local), Marked = FieldList.Pid };
        var cells = Draw(120, 10, state);
        var theme = Theme.For(ColorDepth.TrueColor);
        var text = ScreenText.Line(cells, 3);
        var pid = text.IndexOf("PID", StringComparison.Ordinal);
        Assert.Equal(theme.SortedTitle, cells.Line(3)[text.IndexOf("Local↑", StringComparison.Ordinal)].Style);
        Assert.Equal((theme.Bar, theme.MarkedTitle, theme.MarkedTitle, theme.Bar),
            (cells.Line(3)[pid - 5].Style, cells.Line(3)[pid - 4].Style, cells.Line(3)[pid + 2].Style,
                cells.Line(3)[pid + 3].Style));
        Assert.False(theme.MarkedTitle.PaintsBackground);
    }

    /// <summary>The containers are those of rows, and rows without a table have none.</summary>
    private static ViewState More => State() with { ShowsMore = true };
}
