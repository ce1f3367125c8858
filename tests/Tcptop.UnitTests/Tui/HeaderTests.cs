using Tcptop.Model;
using Tcptop.Table;
using Tcptop.Tui.View;
using Xunit;
using static Tcptop.UnitTests.Tui.Frames;

namespace Tcptop.UnitTests.Tui;

/// <summary>The header's lines, on screens of three lines more.</summary>
public sealed class HeaderTests
{
    [Fact]
    public void The_time_of_the_refresh_and_that_of_the_view_stand_on_the_right() => AssertFrame(100, 5, Running, """
        Connections 4 (TCP 3, UDP 1)                                                    12:00:10  up 0:00:10
        In   10 MB/s   55 MB total                                                    ▁▂▃▄▄▅▆▇██
        Proto Local              Remote                     PID Process   State      Rate In Rate Out    RTT
        tcp   192.168.1.10:443   203.0.113.77:51234        1234 nginx     ESTABLIS… 340 KB/s 1.2 MB/s  12 ms
         Sort: Rate In+Out ↓  every 1 s                                                      ? help  q quit
        """);

    [Fact]
    public void In_the_time_zone_of_the_host() => AssertFrame(100, 4, Running with
    {
        Local = _ => new TimeSpan(5, 45, 0),
    }, """
        Connections 4 (TCP 3, UDP 1)                                                    17:45:10  up 0:00:10
        Proto Local              Remote                     PID Process   State      Rate In Rate Out    RTT
        tcp   192.168.1.10:443   203.0.113.77:51234        1234 nginx     ESTABLIS… 340 KB/s 1.2 MB/s  12 ms
         Sort: Rate In+Out ↓  every 1 s                                                      ? help  q quit
        """);

    [Fact]
    public void A_view_that_is_kept_open_counts_days() =>
        AssertFrame(100, 4, State() with { Started = SteadyStart - new TimeSpan(3, 4, 5, 0) }, """
        Connections 4 (TCP 3, UDP 1)                                                   12:00:10  up 3 d 4:05
        Proto Local              Remote                     PID Process   State      Rate In Rate Out    RTT
        tcp   192.168.1.10:443   203.0.113.77:51234        1234 nginx     ESTABLIS… 340 KB/s 1.2 MB/s  12 ms
         Sort: Rate In+Out ↓  every 1 s                                                      ? help  q quit
        """);

    [Fact]
    public void Totals_say_since_when_they_count() =>
        AssertFrame(100, 5, Running with { StartedAt = Start.AddSeconds(-20) }, """
        Connections 4 (TCP 3, UDP 1)                                                    12:00:10  up 0:00:10
        In   10 MB/s   55 MB since 11:59                                                    ▁▂▃▄▄▅▆▇██
        Proto Local              Remote                     PID Process   State      Rate In Rate Out    RTT
        tcp   192.168.1.10:443   203.0.113.77:51234        1234 nginx     ESTABLIS… 340 KB/s 1.2 MB/s  12 ms
         Sort: Rate In+Out ↓  every 1 s                                                      ? help  q quit
        """);

    [Fact]
    public void Totals_of_more_than_a_day_say_since_which_date() =>
        AssertFrame(100, 5, Running with { StartedAt = Start.AddDays(-2) }, """
        Connections 4 (TCP 3, UDP 1)                                                    12:00:10  up 0:00:10
        In   10 MB/s   55 MB since Nov 21                                                    ▁▂▃▄▄▅▆▇██
        Proto Local              Remote                     PID Process   State      Rate In Rate Out    RTT
        tcp   192.168.1.10:443   203.0.113.77:51234        1234 nginx     ESTABLIS… 340 KB/s 1.2 MB/s  12 ms
         Sort: Rate In+Out ↓  every 1 s                                                      ? help  q quit
        """);

    [Fact]
    public void Where_there_is_no_room_for_all_the_time_of_the_view_goes_first() => AssertFrame(45, 4, Running, """
        Connections 4 (TCP 3, UDP 1)         12:00:10
        Pr… Loc… Rem…     PID Pro… St…   In  Out  RTT
        tcp 192… 203…    1234 ngi… ES… 340K 1.2M 12ms
         Sort: Rate In+Out ↓  every 1 s       q quit
        """);

    [Fact]
    public void And_then_the_time_of_day() => AssertFrame(36, 4, Running, """
        Connections 4 (TCP 3, UDP 1)
        Pr… Loc… Rem… PID Pro… St…   In  Out
        tcp 192… 203… 12… ngi… ES… 340K 1.2M
         Sort: Rate In+Out ↓  every… q quit
        """);

    [Fact]
    public void Below_60_columns_a_sparkline_is_worth_more_than_the_totals() => AssertFrame(55, 5, Running, """
        Connections 4 (TCP 3, UDP 1)       12:00:10  up 0:00:10
        In   10 MB/s                           ▂▃▅▇█
        Pro… Local   Remote      PID Pro… St…    In   Out   RTT
        tcp  19…:443 …:51234    1234 ngi… ES…  340K  1.2M  12ms
         Sort: Rate In+Out ↓  every 1 s                 q quit
        """);

    [Fact]
    public void With_all_sockets_shown_the_rest_is_counted_by_state_and_the_time_stands_behind() =>
        AssertFrame(100, 5, After75Seconds(WithOthers(TcpState.TimeWait)), """
        Connections 1 (TCP 1, UDP 0, LISTEN 1, TIME_WAIT 1, SYN_RECV 0)                 12:01:15  up 0:01:15
        In         -     0 B total
        Proto Local                Remote                PID Process    State        Rate In Rate Out    RTT
        tcp   127.0.0.1:9000       127.0.0.1:9001         99 srv        ESTABLISHED    0 B/s    0 B/s  85 us
         Sort: Rate In+Out ↓  every 1 s                                                      ? help  q quit
        """);

    [Theory]
    [InlineData(1, "13:00:11")]
    [InlineData(-1, "11:00:11")]
    public void A_clock_that_is_set_changes_the_time_of_day_and_nothing_else(int hours, string time) =>
        AssertFrame(100, 5, Running.Show(AfterElevenSeconds(TimeSpan.FromHours(hours))), $"""
        Connections 4 (TCP 3, UDP 1)                                                    {time}  up 0:00:11
        In   10 MB/s  1.0 MB total                                                   ▁▂▃▄▄▅▆▇███
        Proto Local              Remote                     PID Process   State      Rate In Rate Out    RTT
        tcp   192.168.1.10:443   203.0.113.77:51234        1234 nginx     ESTABLIS… 340 KB/s 1.2 MB/s  12 ms
         Sort: Rate In+Out ↓  every 1 s                                                      ? help  q quit
        """);

    private static ViewState Running => State() with { Started = SteadyStart };

    private static ViewState After75Seconds(ConnectionRecord[] rows) =>
        (Empty with { Started = SteadyStart }).Show(Snapshot.Of(rows, Start.AddSeconds(75)));

    private static Snapshot AfterElevenSeconds(TimeSpan clockSetBy)
    {
        var passed = TimeSpan.FromSeconds(11);
        var totals = new HostTotals(1_048_576, 0, 10 * MB, 0);
        return Snapshot.Of(Rows, Start + clockSetBy + passed, totals, steadyTime: SteadyStart + passed);
    }
}
