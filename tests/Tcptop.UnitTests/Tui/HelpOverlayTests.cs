using Tcptop.Tui.Screens;
using Xunit;
using static Tcptop.UnitTests.Tui.Frames;

namespace Tcptop.UnitTests.Tui;

public sealed class HelpOverlayTests
{
    [Fact]
    public void On_a_wide_screen_the_keys_are_in_two_columns() => AssertFrame(110, 42, Help(0), """
        Program                                                 Sorting by (again: the other way round)
          q Ctrl-C F10    quit                                    r               rate in
          ? F1            this help, and back                     R               rate out
          Space           freeze the screen; counting goes on     b               rate in and out together
          c F2            columns: bytes, packets, container      p               PID
          + =             refresh less often                      n               process name
          -               refresh more often                      s               state
          Ctrl-L          draw the screen anew                    t               round-trip time
          Ctrl-Z          to the shell; fg comes back             a               local address
                                                                  A               remote address
        Moving about                                              P               protocol
          Down j          select the next connection              Right Tab F6    mark the next title
          Up k            select the one before                   Left Shift-Tab  mark the title before
          PgDn            a page on                               Enter           sort by the marked title
          PgUp            a page back
          Home            to the first                          Filtering by address, port, process, container
          End             to the last                             / F3 F4         type words that all have to match
          wheel up        scroll
          wheel down      scroll
          click           select; a title: sort; with Shift: …
          Esc             drop filter, then selection

        Rates and bytes are in units of 1024 (1 KB is 1024 bytes), packets of 1000.
        - is what is not known, never a zero. The header's totals began with tcptop.
        Rows are dim below 1 KB/s, plain below 100 KB/s, amber below 10 MB/s, then
        orange; green in their first refresh; dark red in their last, having ended.

        While a filter is typed
          Enter           keep the filter
          Esc             drop it
          Left Ctrl-B     left
          Right Ctrl-F    right
          Home Ctrl-A     to the start
          End Ctrl-E      to the end
          Backspace       delete before
          Del Ctrl-D      delete after
          Ctrl-W          delete the word before
          Ctrl-U          delete to the start
          Ctrl-K          delete to the end
          Up Ctrl-P       older filter
          Down Ctrl-N     newer filter
         Help                                                                    Down: more  other keys: back  q quit
        """);

    [Fact]
    public void On_one_of_80_by_24_they_are_in_one_that_is_scrolled() => AssertFrame(80, 24, Help(0), """
        Program
          q Ctrl-C F10    quit
          ? F1            this help, and back
          Space           freeze the screen; counting goes on
          c F2            columns: bytes, packets, container
          + =             refresh less often
          -               refresh more often
          Ctrl-L          draw the screen anew
          Ctrl-Z          to the shell; fg comes back

        Moving about
          Down j          select the next connection
          Up k            select the one before
          PgDn            a page on
          PgUp            a page back
          Home            to the first
          End             to the last
          wheel up        scroll
          wheel down      scroll
          click           select; a title: sort; with Shift: copy
          Esc             drop filter, then selection

        Sorting by (again: the other way round)
         Help                                      Down: more  other keys: back  q quit
        """);

    [Fact]
    public void It_is_scrolled_to_its_end_and_no_further() => AssertFrame(80, 24, Help(1_000), """
        Filtering by address, port, process, container
          / F3 F4         type words that all have to match

        Rates and bytes are in units of 1024 (1 KB is 1024 bytes), packets of 1000.
        - is what is not known, never a zero. The header's totals began with tcptop.
        Rows are dim below 1 KB/s, plain below 100 KB/s, amber below 10 MB/s, then
        orange; green in their first refresh; dark red in their last, having ended.

        While a filter is typed
          Enter           keep the filter
          Esc             drop it
          Left Ctrl-B     left
          Right Ctrl-F    right
          Home Ctrl-A     to the start
          End Ctrl-E      to the end
          Backspace       delete before
          Del Ctrl-D      delete after
          Ctrl-W          delete the word before
          Ctrl-U          delete to the start
          Ctrl-K          delete to the end
          Up Ctrl-P       older filter
          Down Ctrl-N     newer filter

         Help                                      Down: more  other keys: back  q quit
        """);

    [Fact]
    public void On_one_of_40_by_8_it_still_says_the_most_important() => AssertFrame(40, 8, Help(0), """
        Program
          q Ctrl-C F10    quit
          ? F1            this help, and back
          Space           freeze the screen; co…
          c F2            columns: bytes, packe…
          + =             refresh less often
          -               refresh more often
         … Down: more  other keys: back  q quit
        """);

    private static ViewState Help(int top) => State() with { HelpTop = top };
}
