using System.Text;
using Tcptop.Tui.View;
using Xunit;

namespace Tcptop.UnitTests.Tui;

public sealed class LineEditorTests
{
    private static readonly LineEditor Line = new("one two  three", 9);

    [Fact]
    public void Text_goes_where_the_cursor_is() =>
        Assert.Equal(new LineEditor("one two  xthree", 10), Line.Insert(new Rune('x')));

    [Fact]
    public void The_cursor_stays_within_the_text()
    {
        var start = Line.Start();
        Assert.Equal((0, 0), (start.Cursor, start.Left().Cursor));
        var end = Line.End();
        Assert.Equal((14, 14), (end.Cursor, end.Right().Cursor));
        Assert.Equal((8, 10), (Line.Left().Cursor, Line.Right().Cursor));
    }

    [Fact]
    public void Deleting_takes_what_it_says_and_nothing_at_the_ends()
    {
        Assert.Equal(new LineEditor("one two three", 8), Line.DeleteBefore());
        Assert.Equal(new LineEditor("one two  hree", 9), Line.DeleteAfter());
        Assert.Equal(new LineEditor("three", 0), Line.DeleteToStart());
        Assert.Equal(new LineEditor("one two  ", 9), Line.DeleteToEnd());
        Assert.Equal(Line.Start(), Line.Start().DeleteBefore());
        Assert.Equal(Line.End(), Line.End().DeleteAfter());
    }

    [Fact]
    public void A_word_goes_with_the_blanks_behind_it()
    {
        var line = Line.DeleteWord();
        Assert.Equal(new LineEditor("one three", 4), line);
        Assert.Equal(new LineEditor("three", 0), line.DeleteWord());
        Assert.Equal(new LineEditor("three", 0), line.DeleteWord().DeleteWord());
    }

    [Fact]
    public void A_character_of_two_halves_is_never_cut()
    {
        var line = new LineEditor("", 0).Insert(new Rune('a')).Insert(new Rune(0x1F600)).Insert(new Rune('b'));
        Assert.Equal("a\U0001F600b", line.Text);
        Assert.Equal([4, 3, 1, 0],
            (int[])[line.Cursor, line.Left().Cursor, line.Left().Left().Cursor, line.Left().Left().Left().Cursor]);
        Assert.Equal("ab", line.Left().DeleteBefore().Text);
        Assert.Equal("ab", line.Left().Left().DeleteAfter().Text);
    }

    [Fact]
    public void What_is_pasted_by_mistake_ends_somewhere()
    {
        var line = new LineEditor("", 0);
        for (var i = 0; i < 1_000; i++)
            line = line.Insert(new Rune('x'));
        Assert.Equal(200, line.Text.Length);
    }

    [Fact]
    public void A_filter_is_kept_with_Enter_and_found_again_in_the_history()
    {
        var filter = Typed(Typed(TypedFilter.None, "nginx").Keep().Clear(), " 443 ").Keep();
        Assert.Equal(("443", null), (filter.Text, filter.Line));
        filter = Typed(filter.Clear(), "draft");
        Assert.Equal("443", filter.Older().Text);
        Assert.Equal("nginx", filter.Older().Older().Text);
        Assert.Equal("nginx", filter.Older().Older().Older().Text);
        Assert.Equal("draft", filter.Older().Older().Newer().Newer().Newer().Text);
    }

    [Fact]
    public void A_filter_typed_again_is_in_the_history_once()
    {
        var filter = TypedFilter.None;
        foreach (var text in (string[])["a", "b", "a", ""])
            filter = Typed(filter.Clear(), text).Keep();
        filter = filter.Open();
        Assert.Equal(["a", "b", "b"],
            (string[])[filter.Older().Text, filter.Older().Older().Text, filter.Older().Older().Older().Text]);
    }

    [Fact]
    public void Opened_again_a_kept_filter_goes_on()
    {
        var filter = Typed(Typed(TypedFilter.None, "ng").Keep(), "inx");
        Assert.Equal(new LineEditor("nginx", 5), filter.Line);
    }

    [Fact]
    public void To_move_the_cursor_looks_for_no_rows_again()
    {
        var filter = Typed(TypedFilter.None, "port 80 nginx");
        var moved = filter.Edit(filter.Line!.Left());
        Assert.Same(filter.Expression, moved.Expression);
        Assert.Same(filter.Expression, moved.Keep().Open().Expression);
    }

    private static TypedFilter Typed(TypedFilter filter, string text)
    {
        filter = filter.Open();
        foreach (var rune in text.EnumerateRunes())
            filter = filter.Edit(filter.Line!.Insert(rune));
        return filter;
    }
}
