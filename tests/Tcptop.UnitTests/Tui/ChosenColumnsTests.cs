using System.Collections.Immutable;
using Tcptop.Model;
using Tcptop.Model.Fields;
using Tcptop.Table;
using Tcptop.Tui.Grid;
using Tcptop.Tui.Input;
using Tcptop.Tui.Screens;
using Tcptop.Tui.View;
using Tcptop.UnitTests.Outputs;
using Xunit;

namespace Tcptop.UnitTests.Tui;

/// <summary>The screen with the columns that were asked for.</summary>
public sealed class ChosenColumnsTests
{
    private const int Height = 16;
    private const int TitleY = 3;

    [Theory]
    [InlineData(10)]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(200)]
    public void Every_field_can_be_the_only_column_of_a_screen_of_any_width(int width)
    {
        foreach (var field in FieldList.All)
        {
            var state = StateOf([field], width);
            AssertWithin(width, state);
            var title = ScreenText.Line(Frames.Draw(width, Height, state), TitleY).Trim();
            Assert.True(IsTitleOf(field, title, mayBeShort: width < 80), $"{field}: '{title}'");
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(200)]
    [InlineData(1_000)]
    public void All_fields_at_once_are_drawn_and_end_where_the_screen_ends(int width)
    {
        var state = StateOf(FieldList.All, width);
        AssertWithin(width, state);
        Assert.NotEqual("", ScreenText.Line(Frames.Draw(width, Height, state), TitleY).Trim());
    }

    [Theory]
    [InlineData("local_port", "443")]
    [InlineData("remote_addr", "2001:db8::1")]
    [InlineData("min_rtt_us", "42 us")]
    [InlineData("age_s", "1.5s")]
    [InlineData("queue", "3/128")]
    [InlineData("drops", "17")]
    [InlineData("closed", "no")]
    [InlineData("cookie", "18446744073709551615")]
    [InlineData("user", "-")]
    public void A_chosen_column_shows_the_value_of_the_row(string name, string text)
    {
        var state = StateOf([FieldList.Find(name)!], 80, Whole());
        Assert.Equal(text, ScreenText.Line(Frames.Draw(80, Height, state), TitleY + 1).Trim());
    }

    [Fact]
    public void A_listener_has_no_peer_in_a_chosen_column_either()
    {
        var state = StateOf([FieldList.Remote], 80, OutputRows.WithoutCounters(TcpState.Listen));
        Assert.Equal("*", ScreenText.Line(Frames.Draw(80, Height, state), TitleY + 1).Trim());
    }

    [Fact]
    public void More_columns_are_only_those_that_are_missing()
    {
        var columns = Columns.Of([FieldList.Pid, FieldList.BytesOut, FieldList.Container]).With(Columns.More);
        Assert.Equal("pid bytes_out container bytes_in packets_in packets_out", NamesOf(columns));
        Assert.Equal(NamesOf(Columns.More), NamesOf(Columns.More.With(Columns.More)));
    }

    [Fact]
    public void The_key_for_more_columns_adds_to_the_chosen_ones_and_takes_away_again()
    {
        var state = StateOf([FieldList.Pid, FieldList.BytesOut], 120);
        state = Obey(state, Command.MoreColumns);
        Assert.Equal("pid bytes_out bytes_in packets_in packets_out container", NamesOf(state.Columns));
        AssertWithin(120, state);
        state = Obey(state, Command.MoreColumns);
        Assert.Equal("pid bytes_out", NamesOf(state.Columns));
    }

    [Fact]
    public void Titles_are_marked_one_after_the_other_among_the_chosen_columns()
    {
        var state = StateOf([FieldList.Age, FieldList.Uid, FieldList.MinRtt], 120);
        state = Obey(state, Command.NextColumn);
        Assert.Equal(FieldList.Age, state.Marked);
        state = Obey(state, Command.NextColumn);
        Assert.Equal(FieldList.Uid, state.Marked);
        state = Obey(state, Command.NextColumn);
        Assert.Equal(FieldList.MinRtt, state.Marked);
        state = Obey(state, Command.NextColumn);
        Assert.Equal(FieldList.Age, state.Marked);
        state = Obey(state, Command.PreviousColumn);
        Assert.Equal(FieldList.MinRtt, state.Marked);
        state = Obey(state, Command.SortByMarked);
        Assert.Equal(SortOrder.By(FieldList.MinRtt), state.Order);
    }

    [Fact]
    public void Marking_begins_at_the_chosen_column_that_sorts_and_else_at_an_end()
    {
        var state = StateOf([FieldList.Age, FieldList.Uid, FieldList.MinRtt], 120);
        Assert.Equal(FieldList.MinRtt, Obey(state, Command.PreviousColumn).Marked);
        var sorted = state with { Order = SortOrder.By(FieldList.Uid) };
        Assert.Equal(FieldList.Uid, Obey(sorted, Command.NextColumn).Marked);
        Assert.Equal(FieldList.Uid, Obey(sorted, Command.PreviousColumn).Marked);
    }

    [Fact]
    public void The_host_is_asked_for_what_chosen_columns_need_and_those_that_a_key_adds()
    {
        Assert.Equal(HostFact.Cgroup, StateOf([FieldList.Pid], 80).Wanted.Facts);
        var state = StateOf([FieldList.Command, FieldList.User], 80);
        Assert.Equal(HostFact.All & ~HostFact.Namespace, state.Wanted.Facts);
        Assert.Equal(state.Wanted, Obey(state, Command.MoreColumns).Wanted);
    }

    private static ViewState StateOf(ImmutableArray<Field> fields, int width, params ConnectionRecord[] rows)
    {
        var state = (Frames.Empty with { Chosen = Columns.Of(fields) }).Resized(width, Height);
        ConnectionRecord[] usual =
        [
            Whole(), OutputRows.Bare(), OutputRows.WithoutCounters(TcpState.Listen), .. Frames.Rows,
        ];
        return state.Show(Snapshot.Of(rows.Length == 0 ? usual : rows, OutputRows.Time));
    }

    /// <summary>A row of which all is known that the kernel can tell.</summary>
    private static ConnectionRecord Whole()
    {
        var row = OutputRows.Row() with { AcceptQueue = (3, 128), Drops = 17 };
        row.Tcp.MinRttUs = 42;
        return row;
    }

    /// <summary>Beside the arrow of the order even a wide column may have the short one.</summary>
    private static bool IsTitleOf(Field field, string title, bool mayBeShort)
    {
        if (title.StartsWith(field.ScreenTitle, StringComparison.Ordinal))
            return true;
        return (mayBeShort || field == SortOrder.Default.Field)
            && (title.StartsWith(field.ShortTitle, StringComparison.Ordinal) || title.EndsWith('…'));
    }

    private static ViewState Obey(ViewState state, Command command) =>
        ViewCommands.Obey(state, command, default);

    private static string NamesOf(ImmutableArray<Column> columns) =>
        string.Join(' ', columns.Select(column => column.Field.Name));

    /// <summary>The buffer cuts off what is too wide: the columns themselves have to end in time.</summary>
    private static void AssertWithin(int width, ViewState state)
    {
        var widths = new int[state.Columns.Length];
        ColumnWidths.Fit(state.Columns.AsSpan(), state.Content, width, widths);
        var x = 0;
        foreach (var one in widths)
        {
            Assert.True(one >= 0 && (one == 0 || x + one <= width), $"{x} and {one} of {width}");
            x += one + Columns.Gap;
        }
    }
}
