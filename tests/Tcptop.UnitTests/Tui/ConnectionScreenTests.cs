using Tcptop.Model;
using Tcptop.Table;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Look;
using Tcptop.Tui.Screens;
using Tcptop.UnitTests.Collectors;
using Tcptop.UnitTests.Packaging;
using Xunit;
using static Tcptop.UnitTests.Tui.Frames;

namespace Tcptop.UnitTests.Tui;

public sealed class ConnectionScreenTests
{
    private static readonly Loss[] ManyLosses =
    [
        new("udp_unreadable", 3), new("later_than_this_screen", 4), new("udp_sockets_full", 1), new("udp_flows_full", 2),
    ];

    [Fact]
    public void A_screen_of_120_columns_shows_all_but_a_long_IPv6_address_whole() => AssertFrame(120, 12, State(), """
        Connections 4 (TCP 3, UDP 1)
        In   10 MB/s   55 MB total                                                    ▁▂▃▄▄▅▆▇██
        Out 1.5 KB/s   15 KB total                                                    ██████████
        Proto Local                 Remote                                   PID Process    State        Rate In Rate Out    RTT
        tcp   192.168.1.10:443      203.0.113.77:51234                      1234 nginx      ESTABLISHED 340 KB/s 1.2 MB/s  12 ms
        tcp   [2001:db8::10]:22     [2001:db8:85a3:12…2e:370:7334]:60022 4194304 sshd       ESTABLISHED   17 B/s    0 B/s  85 us
        udp   10.0.0.1:53           10.0.0.2:40000                            53 日本語ネー -                  -        -      -
        tcp   192.168.100.200:55555 198.51.100.200:8443                       99 ev\x1bil\n CLOSE          0 B/s  12 MB/s  1.5 s
        tcp   127.0.0.1:9000        127.0.0.1:9001                             - -          SYN_SENT           -        -      -


         Sort: Rate In+Out ↓  every 1 s                                                                          ? help  q quit
        """);

    [Fact]
    public void A_screen_of_80_columns_trims_contents_and_keeps_every_column() => AssertFrame(80, 12, State(), """
        Connections 4 (TCP 3, UDP 1)
        In   10 MB/s   55 MB total                           ▂▃▅▇█
        Out 1.5 KB/s   15 KB total                           █████
        Proto Local        Remote             PID Process State  Rate In Rate Out    RTT
        tcp   192.1…10:443 203.0.…7:51234    1234 nginx   ESTA… 340 KB/s 1.2 MB/s  12 ms
        tcp   [2001…10]:22 [2001:…]:60022 4194304 sshd    ESTA…   17 B/s    0 B/s  85 us
        udp   10.0.0.1:53  10.0.0.2:40000      53 日本語… -            -        -      -
        tcp   192.1…:55555 198.51…00:8443      99 ev\x1b… CLOSE    0 B/s  12 MB/s  1.5 s
        tcp   127.0…1:9000 127.0.0.1:9001       - -       SYN_…        -        -      -


         Sort: Rate In+Out ↓  every 1 s                                  ? help  q quit
        """);

    [Fact]
    public void A_screen_of_40_by_8_still_has_every_part() => AssertFrame(40, 8, State(), """
        Connections 4 (TCP 3, UDP 1)
        In   10 MB/s                  ▂▄▇█
        Out 1.5 KB/s                  ████
        Pr… Loc… Rem… PID Pro… St…   In  Out RTT
        tcp 192… 203… 12… ngi… ES… 340K 1.2M   …
        tcp …:22 [20… 41… sshd ES…  17B   0B   …
        udp …:53 10.…  53 日…  -      -    -   -
         Sort: Rate In+Out ↓  every 1 s  q quit
        """);

    [Fact]
    public void Each_loss_has_a_sentence_in_a_line_of_its_own() => AssertFrame(
        80, 10, State([new Loss("closed_ring_full", 12), new Loss("connections_vanished", 1)]), """
        Connections 4 (TCP 3, UDP 1)
        In   10 MB/s   55 MB total                           ▂▃▅▇█
        Out 1.5 KB/s   15 KB total                           █████
        12 connections ended unrecorded; their last bytes are missing (? explains)
        1 connection ended unseen; its last bytes are missing (? explains)
        Proto Local        Remote             PID Process State  Rate In Rate Out    RTT
        tcp   192.1…10:443 203.0.…7:51234    1234 nginx   ESTA… 340 KB/s 1.2 MB/s  12 ms
        tcp   [2001…10]:22 [2001:…]:60022 4194304 sshd    ESTA…   17 B/s    0 B/s  85 us
        udp   10.0.0.1:53  10.0.0.2:40000      53 日本語… -            -        -      -
         Sort: Rate In+Out ↓  every 1 s                                  ? help  q quit
        """);

    [Fact]
    public void More_than_three_kinds_of_loss_leave_room_for_the_table() => AssertFrame(80, 9, State(ManyLosses), """
        Connections 4 (TCP 3, UDP 1)
        In   10 MB/s   55 MB total                           ▂▃▅▇█
        Out 1.5 KB/s   15 KB total                           █████
        3 UDP datagrams are not counted (? explains)
        Lost: later_than_this_screen 4
        2 more kinds of loss (? explains)
        Proto Local        Remote             PID Process State  Rate In Rate Out    RTT
        tcp   192.1…10:443 203.0.…7:51234    1234 nginx   ESTA… 340 KB/s 1.2 MB/s  12 ms
         Sort: Rate In+Out ↓  every 1 s                                  ? help  q quit
        """);

    [Fact]
    public void Every_loss_of_the_manual_page_has_a_sentence_and_a_cause()
    {
        var page = ManualPage.Read(Path.Combine(AbiLayoutTests.RepositoryRoot(), "packaging", "man", "tcptop.8"));
        var names = page.Tags("LOSSES").SelectMany(tag => tag.Split(", "));
        var ofTrace = (string[])["trace_ring_full", "trace_not_printed", "trace_peer_unknown", "events_unreadable",
            "event_channel_full", "socket_storage_failed"];
        Assert.Equal(names.Except(ofTrace).Order(StringComparer.Ordinal),
            Losses.OfConnections.Select(kind => kind.Name).Order(StringComparer.Ordinal));
        Assert.All(Losses.OfConnections, words => Assert.InRange($"  {words.Name,-22} {words.Cause}".Length, 1, 80));
    }

    [Fact]
    public void A_listener_has_no_peer() => AssertFrame(80, 6, Empty.Show(Snapshot.Of([Listener], Start)), """
        Connections 0 (TCP 0, UDP 0, LISTEN 1, TIME_WAIT 0, SYN_RECV 0)
        In         -     0 B total
        Out        -     0 B total
        Proto Local            Remote      PID Process  State    Rate In Rate Out    RTT
        tcp   0.0.0.0:9000     *            99 srv      LISTEN         -        -      -
         Sort: Rate In+Out ↓  every 1 s                                  ? help  q quit
        """);

    [Fact]
    public void Connections_that_a_flag_hides_are_not_said_to_be_none() => AssertFrame(
        60, 7, Empty.Show(Snapshot.Of([], Start)) with { FilterText = "port 1" }, """
        Connections 0 (TCP 0, UDP 0)
        In         -     0 B total
        Out        -     0 B total
        Proto Local Remote PID Process State  Rate In Rate Out   RTT
        no connection matches the filter

         Sort: Rate In+Out ↓  Filter: port 1  every… ? help  q quit
        """);

    [Fact]
    public void What_is_not_seen_is_named_below_the_losses() => AssertFrame(
        80, 9, State([new Loss("closed_ring_full", 12)]) with { NotSeen = ["UDP (needs a capability)", "\elive connections"] }, """
        Connections 4 (TCP 3, UDP 1)
        In   10 MB/s   55 MB total                           ▂▃▅▇█
        Out 1.5 KB/s   15 KB total                           █████
        12 connections ended unrecorded; their last bytes are missing (? explains)
        Not seen  UDP (needs a capability)
        Not seen  \x1blive connections
        Proto Local        Remote             PID Process State  Rate In Rate Out    RTT
        tcp   192.1…10:443 203.0.…7:51234    1234 nginx   ESTA… 340 KB/s 1.2 MB/s  12 ms
         Sort: Rate In+Out ↓  every 1 s                                  ? help  q quit
        """);

    [Fact]
    public void The_table_keeps_a_row_when_there_is_no_room_for_all_notes() => AssertFrame(
        80, 7, State([new Loss("closed_ring_full", 12)]) with { NotSeen = ["UDP (needs a capability)"] }, """
        Connections 4 (TCP 3, UDP 1)
        In   10 MB/s   55 MB total                           ▂▃▅▇█
        Out 1.5 KB/s   15 KB total                           █████
        12 connections ended unrecorded; their last bytes are missing (? explains)
        Proto Local        Remote             PID Process State  Rate In Rate Out    RTT
        tcp   192.1…10:443 203.0.…7:51234    1234 nginx   ESTA… 340 KB/s 1.2 MB/s  12 ms
         Sort: Rate In+Out ↓  every 1 s                                  ? help  q quit
        """);

    [Fact]
    public void Before_the_first_refresh_the_screen_says_that_it_waits() => AssertFrame(80, 6, Empty, """
        Connections -
        In         -       - total
        Out        -       - total
        Proto Local        Remote          PID Process   State   Rate In Rate Out    RTT
        waiting for the first refresh
         Sort: Rate In+Out ↓  every 1 s                                  ? help  q quit
        """);

    [Fact]
    public void A_host_without_connections_is_told_so() => AssertFrame(60, 7, Empty.Show(Snapshot.Of([], Start)), """
        Connections 0 (TCP 0, UDP 0)
        In         -     0 B total
        Out        -     0 B total
        Proto Local Remote PID Process State  Rate In Rate Out   RTT
        no connections

         Sort: Rate In+Out ↓  every 1 s              ? help  q quit
        """);

    [Fact]
    public void Rows_that_are_no_connections_are_counted_by_state_in_the_header() =>
        AssertFrame(80, 6, Empty.Show(Snapshot.Of(WithOthers(TcpState.SynRecv), Start)), """
        Connections 1 (TCP 1, UDP 0, LISTEN 1, TIME_WAIT 0, SYN_RECV 1)
        In         -     0 B total
        Out        -     0 B total
        Proto Local         Remote         PID Process State     Rate In Rate Out    RTT
        tcp   127.0.…1:9000 127.0.0.1:9001  99 srv     ESTABLI…    0 B/s    0 B/s  85 us
         Sort: Rate In+Out ↓  every 1 s                                  ? help  q quit
        """);

    [Fact]
    public void A_filter_is_named_after_the_sort() => AssertFrame(80, 4, Empty with { FilterText = "port 443, process nginx" }, """
        Connections -
        Proto Local        Remote          PID Process   State   Rate In Rate Out    RTT
        waiting for the first refresh
         Sort: Rate In+Out ↓  Filter: port 443, process nginx  every 1 s ? help  q quit
        """);

    [Fact]
    public void A_filter_too_long_for_the_line_is_trimmed_and_what_is_unsafe_in_it_is_escaped() => AssertFrame(
        69, 2, Empty with { FilterText = "process \e[31mevil\n\u202e" + new string('x', 500) }, """
        waiting for the first refresh
         Sort: Rate In+Out ↓  Filter: process \x1b[31mevil\n… ? help  q quit
        """);

    [Fact]
    public void Where_there_is_only_ASCII_the_signs_of_the_screen_are_ASCII() => AssertFrame(60, 10, State(), """
        Connections 4 (TCP 3, UDP 1)
        In   10 MB/s   55 MB total                           .:=*#
        Out 1.5 KB/s   15 KB total                           #####
        Pro~ Local    Remote        PID Proce~ St~    In   Out   RTT
        tcp  192~:443 20~:51234    1234 nginx  ES~  340K  1.2M  12ms
        tcp  [20~]:22 [2~:60022 4194304 sshd   ES~   17B    0B  85us
        udp  10.~1:53 10~:40000      53 日本~  -       -     -     -
        tcp  1~:55555 198~:8443      99 ev\x1~ CL~    0B   12M  1.5s
        tcp  12~:9000 127~:9001       - -      SY~     -     -     -
         Sort: Rate In+Out v  every 1 s              ? help  q quit
        """, Glyphs.Ascii);

    [Fact]
    public void Any_size_is_drawn_without_harm_and_within_its_bounds()
    {
        var state = State([new Loss("closed_ring_full", 12)]) with { FilterText = "process 日本語" };
        for (var width = 0; width <= 130; width++)
        {
            for (var height = 0; height <= 12; height++)
            {
                var cells = Draw(width, height, state, Glyphs.Blocks);
                Assert.Equal((width, height), (cells.Width, cells.Height));
            }
        }
    }

    [Theory]
    [InlineData(30, 25)]
    [InlineData(8, 3)]
    [InlineData(6, 1)]
    [InlineData(3, 1)]
    [InlineData(1, 1)]
    [InlineData(0, 0)]
    public void The_table_has_the_lines_that_the_other_parts_leave_and_one_as_long_as_there_is_any(int height,
        int rows) =>
        Assert.Equal(rows, (Empty with { Height = height }).Wanted.Lines);

    [Fact]
    public void A_loss_takes_a_line_from_the_table() =>
        Assert.Equal(24, (State([new Loss("ring_full", 1)]) with { Height = 30 }).Wanted.Lines);

    [Fact]
    public void A_closing_row_has_its_background_across_the_whole_line_and_a_new_one_is_green()
    {
        var cells = Draw(120, 12, State(), Glyphs.Blocks);
        var theme = Theme.For(ColorDepth.TrueColor);
        foreach (var cell in cells.Line(4 + 3))
            Assert.Equal(theme.ClosedConnection, cell.Style);
        Assert.Equal(theme.NewConnection, cells.Line(4 + 4)[0].Style);
        Assert.Equal(Color.FromRgb(0x5F, 0, 0), theme.ClosedConnection.Background);
        Assert.True(theme.NewConnection.Background.IsDefault);
    }

    [Fact]
    public void Drawing_comes_to_allocate_nothing()
    {
        var rows = Enumerable.Repeat(Rows, 40).SelectMany(row => row).ToArray();
        var snapshot = Snapshot.Of(rows, Start, new HostTotals(0, 0, 1, 2), [new Loss("closed_ring_full", 12)]);
        var state = Empty.Show(snapshot) with { FilterText = "process 日本語" };
        var cells = new CellBuffer(150, 60);
        var screen = new ConnectionScreen(Theme.For(ColorDepth.TrueColor), Glyphs.Blocks);
        var frames = new FrameDiff(ColorDepth.TrueColor, utf8: true);
        Allocation.AssertAtMost(0, () =>
        {
            for (var i = 0; i < 20; i++)
                Refresh();
        }, Allocation.UntilCompiled);

        void Refresh()
        {
            screen.Draw(cells, state);
            frames.Invalidate();
            frames.Encode(cells);
        }
    }
}
