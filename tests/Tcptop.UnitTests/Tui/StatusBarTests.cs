using System.Text;
using Tcptop.Table;
using Tcptop.Tui.Cells;
using Tcptop.Tui.View;
using Xunit;
using static Tcptop.UnitTests.Tui.Frames;

namespace Tcptop.UnitTests.Tui;

/// <summary>The last line, on screens that have one line more.</summary>
public sealed class StatusBarTests
{
    [Fact]
    public void A_selected_row_is_told_by_its_place() =>
        AssertFrame(100, 2, State() with { Selected = new RowChoice(1, Rows[1].Key) }, """
        tcp   192.168.1.10:443   203.0.113.77:51234        1234 nginx     ESTABLIS… 340 KB/s 1.2 MB/s  12 ms
         Sort: Rate In+Out ↓  every 1 s  row 2 of 5                                          ? help  q quit
        """);

    [Fact]
    public void A_paused_screen_says_so_first() => AssertFrame(100, 2, State() with { IsPaused = true }, """
        tcp   192.168.1.10:443   203.0.113.77:51234        1234 nginx     ESTABLIS… 340 KB/s 1.2 MB/s  12 ms
         Paused  Sort: Rate In+Out ↓  every 1 s                                              ? help  q quit
        """);

    [Fact]
    public void Also_where_there_is_little_room() => AssertFrame(40, 2, State() with { IsPaused = true }, """
        tcp 192… 203… 12… ngi… ES… 340K 1.2M   …
         Paused  Sort: Rate In+Out ↓     q quit
        """);

    [Fact]
    public void A_kept_filter_stands_with_its_matches_behind_what_the_program_was_told() => AssertFrame(
        120, 2, State() with { FilterText = "tcp, port 443", Filter = Typed("ngi").Keep() }, """
        tcp   192.168.1.10:443      203.0.113.77:51234                      1234 nginx      ESTABLISHED 340 KB/s 1.2 MB/s  12 ms
         Sort: Rate In+Out ↓  Filter: tcp, port 443, ngi (5 matches)  every 1 s                                  ? help  q quit
        """);

    [Fact]
    public void A_filter_being_typed_has_the_line_and_how_to_end_it() =>
        AssertFrame(100, 2, State() with { Filter = Typed("ngi") }, """
        tcp   192.168.1.10:443   203.0.113.77:51234        1234 nginx     ESTABLIS… 340 KB/s 1.2 MB/s  12 ms
         Filter: ngi  (5 matches)                                                     Enter keep  Esc clear
        """);

    [Fact]
    public void What_is_no_filter_yet_has_the_reason_behind_it_and_its_place_marked()
    {
        var state = State() with { Filter = Typed("tcp porr=80 x") };
        AssertFrame(100, 2, state, """
            tcp   192.168.1.10:443   203.0.113.77:51234        1234 nginx     ESTABLIS… 340 KB/s 1.2 MB/s  12 ms
             Filter: tcp porr=80 x   unknown field 'porr'; did you mean 'port'?           Enter keep  Esc clear
            """);
        var cells = Draw(100, 2, state);
        var marked = new Style(Attributes: TextAttributes.Bold | TextAttributes.Underline);
        Assert.Equal(Enumerable.Range(13, 4), Enumerable.Range(0, 24).Where(x => cells.Line(1)[x].Style == marked));
    }

    [Fact]
    public void The_cursor_is_the_character_that_the_next_one_goes_before()
    {
        var state = State() with { Filter = Typed("abc") };
        Assert.Equal(12, CursorAt(state));
        Assert.Equal(11, CursorAt(state with { Filter = state.Filter.Edit(state.Filter.Line!.Left()) }));
        Assert.Equal(9, CursorAt(state with { Filter = state.Filter.Edit(state.Filter.Line!.Start()) }));
    }

    [Fact]
    public void Of_a_filter_longer_than_the_line_the_part_before_the_cursor_is_seen() => AssertFrame(
        61, 2, State() with { Filter = Typed("the beginning of this is out of sight, the end is not") }, """
        tcp  192…:443 20…:51234    1234 nginx  EST…  340K  1.2M  12ms
         Filter: out of sight, the end is not  Enter keep  Esc clear
        """);

    [Fact]
    public void What_is_unsafe_in_a_typed_filter_is_escaped() =>
        AssertFrame(100, 2, State() with { Filter = Typed("a\u202eb\u200bc") }, """
        tcp   192.168.1.10:443   203.0.113.77:51234        1234 nginx     ESTABLIS… 340 KB/s 1.2 MB/s  12 ms
         Filter: a\u202eb\u200bc  (5 matches)                                         Enter keep  Esc clear
        """);

    [Fact]
    public void Matches_of_another_filter_than_that_which_is_typed_are_not_told()
    {
        using var view = new ViewDriver(100, 12);
        view.Refresh(3);
        Assert.Contains("(3 matches)", Line(view.State with { Filter = Typed("") }), StringComparison.Ordinal);
        Assert.DoesNotContain("match", Line(view.State with { Filter = Typed("x") }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_help_has_a_line_of_its_own() => AssertFrame(80, 2, State() with { HelpTop = 0 }, """
        Filter: press / and type words; a row must match all of them
         Help                                      Down: more  other keys: back  q quit
        """);

    private static string Line(ViewState state) => ScreenText.Line(Draw(100, 2, state), 1);

    private static int CursorAt(ViewState state)
    {
        var line = Draw(100, 2, state).Line(1);
        for (var x = 0; x < line.Length; x++)
        {
            if (line[x].Style == new Style(Attributes: TextAttributes.Underline))
                return x;
        }
        return -1;
    }

    private static TypedFilter Typed(string text)
    {
        var filter = TypedFilter.None.Open();
        foreach (var rune in text.EnumerateRunes())
            filter = filter.Edit(filter.Line!.Insert(rune));
        return filter;
    }
}
