using Tcptop.Model.Fields;
using Tcptop.Table;
using Xunit;

namespace Tcptop.UnitTests.Tui;

/// <summary>What keys make of the view, with a table behind it and without a terminal. Ten lines of rows.</summary>
public sealed class ViewCommandsTests : IDisposable
{
    private const string Up = "\e[A";
    private const string Down = "\e[B";
    private const string PageUp = "\e[5~";
    private const string PageDown = "\e[6~";
    private const string Home = "\e[H";
    private const string End = "\e[F";
    private const string WheelUp = "\e[<64;5;8M";
    private const string WheelDown = "\e[<65;5;8M";

    private readonly ViewDriver _view = new(120, 15);

    [Theory]
    [InlineData("r", "rate_in", true)]
    [InlineData("R", "rate_out", true)]
    [InlineData("p", "pid", false)]
    [InlineData("n", "process", false)]
    [InlineData("s", "state", false)]
    [InlineData("t", "rtt_us", true)]
    [InlineData("a", "local", false)]
    [InlineData("A", "remote", false)]
    [InlineData("P", "proto", false)]
    public void A_sort_key_sorts_and_the_same_again_the_other_way_round(string key, string field, bool isDescending)
    {
        _view.Refresh(30);
        _view.Press(key);
        Assert.Equal(new SortOrder(FieldList.Find(field)!, isDescending), _view.State.Order);
        _view.Press(key);
        Assert.Equal(new SortOrder(FieldList.Find(field)!, !isDescending), _view.State.Order);
        _view.Press("b");
        Assert.Equal(SortOrder.Default, _view.State.Order);
    }

    [Fact]
    public void The_first_key_selects_the_first_row_that_is_seen_and_further_ones_move_on()
    {
        _view.Refresh(30);
        Assert.Null(_view.Selected);
        _view.Press("j");
        Assert.Equal(1UL, _view.Selected);
        _view.Press("jj" + Up + Down + "k");
        Assert.Equal(2UL, _view.Selected);
        _view.Press("kkkkk");
        Assert.Equal(1UL, _view.Selected);
    }

    [Fact]
    public void The_lines_move_as_little_as_shows_the_selected_row()
    {
        _view.Refresh(30);
        _view.Press(string.Concat(Enumerable.Repeat("j", 12)));
        Assert.Equal((12UL, 3UL, 12UL), (_view.Selected, _view.Seen[0], _view.Seen[^1]));
        _view.Press("kkkkkkkkk");
        Assert.Equal((3UL, 3UL), (_view.Selected, _view.Seen[0]));
        _view.Press("k");
        Assert.Equal((2UL, 2UL), (_view.Selected, _view.Seen[0]));
    }

    [Fact]
    public void Pages_and_ends_reach_every_row()
    {
        _view.Refresh(35);
        _view.Press(PageDown);
        Assert.Equal((11UL, 11UL), (_view.Selected, _view.Seen[0]));
        _view.Press(PageDown + PageDown);
        Assert.Equal((31UL, 26UL, 35UL), (_view.Selected, _view.Seen[0], _view.Seen[^1]));
        _view.Press(PageDown);
        Assert.Equal(35UL, _view.Selected);
        _view.Press(PageUp);
        Assert.Equal((25UL, 16UL), (_view.Selected, _view.Seen[0]));
        _view.Press(Home);
        Assert.Equal((1UL, 1UL), (_view.Selected, _view.Seen[0]));
        _view.Press(End);
        Assert.Equal((35UL, 35UL), (_view.Selected, _view.Seen[^1]));
    }

    [Fact]
    public void The_selection_follows_its_connection_through_sorts_and_refreshes()
    {
        _view.Refresh(50);
        _view.Refresh(50);
        _view.Press("jjj");
        Assert.Equal(3UL, _view.Selected);
        _view.Press("pp");
        Assert.Equal(3UL, _view.Selected);
        Assert.Contains(3UL, _view.Seen);
        Assert.Equal(47, _view.State.Selected!.Value.Rank);
        _view.Press("b");
        // Rows that two refreshes in a row do not have are not shown.
        for (var refresh = 0; refresh < 2; refresh++)
            _view.Refresh((1, 1_000), (2, 900), (3, 1), (4, 800));
        Assert.Equal((3UL, 3), (_view.Selected, _view.State.Selected!.Value.Rank));
    }

    [Fact]
    public void Without_a_selection_the_top_stays_the_top()
    {
        _view.Refresh((1, 0), (2, 0), (3, 0));
        _view.Refresh((1, 0), (2, 0), (3, 5));
        Assert.Equal([3UL, 1, 2], _view.Seen);
        _view.Press("j" + "\e");
        Assert.Null(_view.Selected);
    }

    [Fact]
    public void The_wheel_scrolls_and_takes_the_selection_along_only_when_it_would_be_out_of_sight()
    {
        _view.Refresh(30);
        _view.Press(WheelDown);
        Assert.Equal((null, 4UL), (_view.Selected, _view.Seen[0]));
        _view.Press("jj" + WheelUp);
        Assert.Equal((5UL, 1UL), (_view.Selected, _view.Seen[0]));
        _view.Press(WheelDown + WheelDown);
        Assert.Equal((7UL, 7UL), (_view.Selected, _view.Seen[0]));
        _view.Press(string.Concat(Enumerable.Repeat(WheelDown, 20)));
        Assert.Equal((21UL, 21UL), (_view.Selected, _view.Seen[0]));
    }

    [Fact]
    public void A_click_selects_the_row_that_it_is_on_and_on_a_title_sorts()
    {
        _view.Refresh(30);
        _view.Press("\e[<0;3;8M");
        Assert.Equal(4UL, _view.Selected);
        _view.Press("\e[<0;66;4M");
        Assert.Equal(SortOrder.By(FieldList.Pid), _view.State.Order);
        _view.Press("\e[<0;66;4M");
        Assert.Equal(new SortOrder(FieldList.Pid, IsDescending: true), _view.State.Order);
        foreach (var nowhere in (string[])["\e[<0;1;1M", "\e[<0;1;15M", "\e[<0;500;500M"])
            _view.Press(nowhere);
        Assert.Equal((4UL, FieldList.Pid), (_view.Selected, _view.State.Order.Field));
    }

    [Fact]
    public void The_keys_go_through_the_titles_round_the_ends_and_Enter_sorts()
    {
        _view.Refresh(3);
        _view.Press("\t");
        Assert.Equal(FieldList.Protocol, _view.State.Marked);
        _view.Press("\e[C\e[C\t");
        Assert.Equal(FieldList.Pid, _view.State.Marked);
        _view.Press("\r");
        Assert.Equal(SortOrder.By(FieldList.Pid), _view.State.Order);
        _view.Press("\r");
        Assert.True(_view.State.Order.IsDescending);
        _view.Press("\e[D\e[Z\e[D\e[D");
        Assert.Equal(FieldList.Rtt, _view.State.Marked);
        _view.Press("\t");
        Assert.Equal(FieldList.Protocol, _view.State.Marked);
        _view.Press("\e");
        Assert.Null(_view.State.Marked);
        _view.Press("\e[D");
        Assert.Equal(FieldList.Pid, _view.State.Marked);
    }

    [Fact]
    public void A_filter_works_as_it_is_typed_is_kept_with_Enter_and_goes_with_Escape()
    {
        _view.Refresh(35);
        _view.Press("/p1");
        Assert.Equal([1UL, 10, 11, 12, 13, 14, 15, 16, 17, 18], _view.Seen);
        Assert.Equal(11, _view.State.RowCount);
        _view.Press("2");
        Assert.Equal([12UL], _view.Seen);
        _view.Press("\r");
        Assert.Equal((false, "p12"), (_view.State.IsTyping, _view.State.Filter.Text));
        _view.Press("/\u0015q");
        Assert.Empty(_view.Seen);
        _view.Press("\e");
        Assert.Equal(("", 10), (_view.State.Filter.Text, _view.Seen.Length));
    }

    [Fact]
    public void A_filter_keeps_the_selected_connection_if_it_matches()
    {
        _view.Refresh(35);
        _view.Press("jjjjj/p5");
        Assert.Equal((5UL, 0), (_view.Selected, _view.State.Selected!.Value.Rank));
        _view.Press("\u00153");
        Assert.NotEqual(5UL, _view.Selected);
        _view.Press("\r" + End);
        Assert.Equal(35UL, _view.Selected);
    }

    [Fact]
    public void Pause_freezes_rows_and_Space_again_goes_on()
    {
        _view.Refresh(5);
        _view.Press(" ");
        _view.Refresh(9);
        Assert.Equal(5, _view.Seen.Length);
        _view.Press("pp");
        Assert.Equal([5UL, 4, 3, 2, 1], _view.Seen);
        _view.Press(" ");
        Assert.Equal(9, _view.Seen.Length);
    }

    [Fact]
    public void The_interval_goes_in_steps_and_stays_within_what_is_allowed()
    {
        _view.Press("+");
        Assert.Equal(TimeSpan.FromSeconds(2), _view.State.Interval);
        _view.Press("---");
        Assert.Equal(TimeSpan.FromSeconds(0.2), _view.State.Interval);
        _view.Press("-------");
        Assert.Equal(TimeSpan.FromSeconds(0.1), _view.State.Interval);
        _view.Press(new string('+', 50));
        Assert.Equal(TimeSpan.FromHours(1), _view.State.Interval);
    }

    [Fact]
    public void Help_scrolls_and_any_other_key_leaves_it_without_being_obeyed()
    {
        _view.Refresh(5);
        _view.Press("?jj" + PageUp + Down);
        Assert.Equal(1, _view.State.HelpTop);
        _view.Press(End);
        Assert.True(_view.State.HelpTop > 20);
        _view.Press(Home);
        Assert.Equal(0, _view.State.HelpTop);
        _view.Press("p");
        Assert.Equal((null, SortOrder.Default), (_view.State.HelpTop, _view.State.Order));
    }

    [Fact]
    public void A_screen_that_shrinks_still_shows_the_selected_row()
    {
        _view.Refresh(30);
        _view.Press("jjjjjjjjjj");
        _view.Resize(40, 8);
        Assert.Equal(10UL, _view.Selected);
        Assert.Contains(10UL, _view.Seen);
    }

    [Fact]
    public void Any_keys_at_any_size_leave_a_view_that_can_be_drawn_and_is_answered()
    {
        var random = new Random(99);
        string[] keys = ["j", "k", Up, Down, PageUp, PageDown, Home, End, WheelUp, WheelDown, "r", "p", "n", "\t",
            "\e[D", "\r", "/", "p", "1", "\e", " ", "c", "?", "+", "\u0015",
            "\e[<0;9;7M", "\e[<0;30;4M"];
        for (var step = 0; step < 4_000; step++)
        {
            if (random.Next(12) == 0)
                _view.Refresh(random.Next(60));
            if (random.Next(20) == 0)
                _view.Resize(random.Next(140), random.Next(30));
            _view.Press(keys[random.Next(keys.Length)]);
            var state = _view.State;
            Frames.Draw(state.Width, state.Height, state);
            if (state.Snapshot is null)
                continue;
            Assert.True(state.IsAnswered);
            if (state.Selected is { } selected && state.Layout.Rows > 0)
                Assert.InRange(selected.Rank, state.Top, state.Top + state.Layout.Rows - 1);
        }
    }

    public void Dispose() => _view.Dispose();
}
