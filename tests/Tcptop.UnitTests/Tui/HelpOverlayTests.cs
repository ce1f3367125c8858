using Tcptop.Tui.View;
using Xunit;
using static Tcptop.UnitTests.Tui.Frames;

namespace Tcptop.UnitTests.Tui;

public sealed class HelpOverlayTests
{
    [Fact]
    public void On_a_wide_screen_the_keys_are_in_two_columns() => AssertFrame(110, 42, Help(0), """
        Filter: press / and type words; a row must match all of them
          /nginx          processes and containers with nginx in the name
          /10.1.2.        addresses with 10.1.2. in them
          /:5432 psql     port 5432 of psql

        Program                                                 Sorting by (press again to reverse)
          q Ctrl-C F10    quit                                    r               rate in
          ? F1            open or close this help                 R               rate out
          Space           pause the screen; counting goes on      b               rate in and out together
          c F2            show bytes, packets and container       p               PID
          + =             refresh less often                      n               process name
          -               refresh more often                      s               state
          Ctrl-L          redraw                                  t               round-trip time
          Ctrl-Z          suspend to the shell; fg resumes        a               local address
                                                                  A               remote address
        Moving                                                    P               protocol
          Down j          select the next connection              Right Tab F6    mark the next title
          Up k            select the previous connection          Left Shift-Tab  mark the previous title
          PgDn            page down                               Enter           sort by the marked title
          PgUp            page up
          Home            go to the first connection            Filtering by address, port, process, container
          End             go to the last connection               / F3 F4         type words or comparisons
          wheel up        scroll up
          wheel down      scroll down
          click           select a row, or sort by a title
          Esc             clear the filter, then the selection

        Bytes and rates use units of 1024 (1 KB is 1024 bytes), packets units of 1000.
        "-" means unknown, not zero. Totals in the header count from tcptop's start.
        Rows by rate: dim below 1 KB/s, plain below 100 KB/s, amber below 10 MB/s, then
        orange. Green: new in this refresh. Dark red: ended; this is the last row.
        Hold Shift and drag to copy.

        While typing a filter
          Enter           keep the filter
          Esc             clear the filter
          Left Ctrl-B     left
          Right Ctrl-F    right
          Home Ctrl-A     to the start
          End Ctrl-E      to the end
          Backspace       delete the character before
         Help                                                                    Down: more  other keys: back  q quit
        """);

    [Fact]
    public void On_one_of_80_by_24_they_are_in_one_that_is_scrolled() => AssertFrame(80, 24, Help(0), """
        Filter: press / and type words; a row must match all of them
          /nginx          processes and containers with nginx in the name
          /10.1.2.        addresses with 10.1.2. in them
          /:5432 psql     port 5432 of psql

        Program
          q Ctrl-C F10    quit
          ? F1            open or close this help
          Space           pause the screen; counting goes on
          c F2            show bytes, packets and container
          + =             refresh less often
          -               refresh more often
          Ctrl-L          redraw
          Ctrl-Z          suspend to the shell; fg resumes

        Moving
          Down j          select the next connection
          Up k            select the previous connection
          PgDn            page down
          PgUp            page up
          Home            go to the first connection
          End             go to the last connection
          wheel up        scroll up
         Help                                      Down: more  other keys: back  q quit
        """);

    [Fact]
    public void It_is_scrolled_to_its_end_and_no_further() => AssertFrame(80, 24, Help(1_000), """
          Backspace       delete the character before
          Del Ctrl-D      delete the character after
          Ctrl-W          delete the word before
          Ctrl-U          delete to the start
          Ctrl-K          delete to the end
          Up Ctrl-P       older filter
          Down Ctrl-N     newer filter

        What the header reports as missing (man tcptop, LOSSES)
          connections_vanished   ended unseen: the last record never came
          closed_ring_full       unrecorded: no room left in the kernel's buffer
          closed_queue_full      unread: tcptop could not keep up with the ends
          programs_skipped       the program was already running on that CPU
          slots_full             connections began faster than the table grew
          snapshot_unreachable   the kernel could not write the row
          held_sockets_full      a process keeps more than 65,536 files in an io_uring
          udp_flows_full         the table of 65,536 UDP flows was full
          udp_flows_ended_early  the table of 65,536 UDP flows was nearly full
          udp_sockets_full       the table of UDP sockets was full
          udp_unreadable         the headers could not be read
          udp_peer_unknown       a connected socket sent to another address
          names_unanswered       reading of a process, mount or file took too long
          rows_cut               a refresh had more than --max-rows
         Help                                      Down: more  other keys: back  q quit
        """);

    [Fact]
    public void On_one_of_40_by_8_it_still_says_the_most_important() => AssertFrame(40, 8, Help(0), """
        Filter: press / and type words; a row m…
          /nginx          processes and contain…
          /10.1.2.        addresses with 10.1.2…
          /:5432 psql     port 5432 of psql

        Program
          q Ctrl-C F10    quit
         … Down: more  other keys: back  q quit
        """);

    private static ViewState Help(int top) => State() with { HelpTop = top };
}
