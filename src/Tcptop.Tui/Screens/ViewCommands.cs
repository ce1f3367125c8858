using System.Collections.Immutable;
using Tcptop.Model.Fields;
using Tcptop.Tui.Grid;
using Tcptop.Tui.Input;
using Tcptop.Tui.View;
using Tcptop.Tui.Widgets;

namespace Tcptop.Tui.Screens;

/// <summary>
/// What a command makes of the view. Knows no terminal; ending and stopping the program are others' business.
/// </summary>
internal static class ViewCommands
{
    private const int WheelRows = 3;

    /// <param name="state">The view as it is.</param>
    /// <param name="command">What the key asks for.</param>
    /// <param name="key">The key, which may be a character of the filter, or a place that was clicked at.</param>
    public static ViewState Obey(ViewState state, Command command, KeyEvent key)
    {
        if (state.HelpTop is { } helpTop)
            return ObeyInHelp(state, command, helpTop);
        if (state.Filter.Line is { } line && (command == Command.None || KeyBindings.IsEditing(command)))
            return state.WithFilter(Edit(state.Filter, line, command, key));
        return SortFieldOf(command) is { } field ? state.SortedBy(field) : Change(state, command, key);
    }

    private static ViewState Change(ViewState state, Command command, KeyEvent key) => command switch
    {
        Command.Up => Scrolling.Move(state, -1),
        Command.Down => Scrolling.Move(state, 1),
        Command.PageUp => Scrolling.Page(state, -1),
        Command.PageDown => Scrolling.Page(state, 1),
        Command.First => Scrolling.Select(state, 0),
        Command.Last => Scrolling.Select(state, state.RowCount - 1),
        Command.ScrollUp => Scrolling.Scroll(state, -WheelRows),
        Command.ScrollDown => Scrolling.Scroll(state, WheelRows),
        Command.Click => Click(state, key),
        Command.NextColumn => state with { Marked = Neighbour(state, 1) },
        Command.PreviousColumn => state with { Marked = Neighbour(state, -1) },
        Command.SortByMarked => state.Marked is { } marked ? state.SortedBy(marked) : state,
        Command.MoreColumns => ToggleMore(state),
        Command.Help => state with { HelpTop = 0 },
        Command.Pause => state with { IsPaused = !state.IsPaused },
        Command.Slower => state with { Interval = RefreshIntervals.Longer(state.Interval) },
        Command.Faster => state with { Interval = RefreshIntervals.Shorter(state.Interval) },
        Command.Filter => state with { Filter = state.Filter.Open() },
        Command.Escape => Escape(state),
        _ => state,
    };

    /// <summary>Any key that does not scroll it leaves it.</summary>
    private static ViewState ObeyInHelp(ViewState state, Command command, int top)
    {
        var rows = command switch
        {
            Command.Up => -1,
            Command.Down => 1,
            Command.PageUp => -(state.Height - 1),
            Command.PageDown => state.Height - 1,
            Command.First => -top,
            Command.Last => HelpOverlay.LineCount(state.Width),
            Command.ScrollUp => -WheelRows,
            Command.ScrollDown => WheelRows,
            _ => 0,
        };
        if (rows == 0 && command != Command.First)
            return state with { HelpTop = null };
        var last = HelpOverlay.LastTop(state.Width, state.Height);
        return state with { HelpTop = Math.Clamp(top + rows, 0, last) };
    }

    private static TypedFilter Edit(TypedFilter filter, LineEditor line, Command command, KeyEvent key) =>
        command switch
        {
            Command.None => KeyBindings.IsText(key) ? filter.Edit(line.Insert(key.Character)) : filter,
            Command.KeepFilter => filter.Keep(),
            Command.Escape => filter.Clear(),
            Command.OlderFilter => filter.Older(),
            Command.NewerFilter => filter.Newer(),
            Command.CharacterLeft => filter.Edit(line.Left()),
            Command.CharacterRight => filter.Edit(line.Right()),
            Command.LineStart => filter.Edit(line.Start()),
            Command.LineEnd => filter.Edit(line.End()),
            Command.DeleteBefore => filter.Edit(line.DeleteBefore()),
            Command.DeleteAfter => filter.Edit(line.DeleteAfter()),
            Command.DeleteToStart => filter.Edit(line.DeleteToStart()),
            Command.DeleteToEnd => filter.Edit(line.DeleteToEnd()),
            Command.DeleteWord => filter.Edit(line.DeleteWord()),
            _ => filter,
        };

    private static Field? SortFieldOf(Command command) => command switch
    {
        Command.SortByRateTotal => FieldList.RateTotal,
        Command.SortByRateIn => FieldList.RateIn,
        Command.SortByRateOut => FieldList.RateOut,
        Command.SortByPid => FieldList.Pid,
        Command.SortByProcess => FieldList.Process,
        Command.SortByState => FieldList.State,
        Command.SortByRtt => FieldList.Rtt,
        Command.SortByLocal => FieldList.Local,
        Command.SortByRemote => FieldList.Remote,
        Command.SortByProtocol => FieldList.Protocol,
        _ => null,
    };

    private static ViewState SortedBy(this ViewState state, Field field) =>
        state with { Order = state.Order.ThenBy(field) };

    /// <summary>A filter that lets other rows through begins at the top, or where the selected connection is.</summary>
    private static ViewState WithFilter(this ViewState state, TypedFilter filter) =>
        filter.Expression == state.Filter.Expression
        ? state with { Filter = filter }
        : state with { Filter = filter, Top = state.Selected is null ? 0 : state.Top, Content = ContentOf(state) };

    /// <summary>What is open goes first, then what hides rows, then what holds the view fast.</summary>
    private static ViewState Escape(ViewState state)
    {
        if (state.Marked is not null)
            return state with { Marked = null };
        if (state.Filter.Text.Length != 0)
            return state.WithFilter(state.Filter.Clear());
        return state with { Selected = null, Top = 0 };
    }

    private static ViewState Click(ViewState state, KeyEvent at)
    {
        var layout = state.Layout;
        if (layout.TitleLines != 0 && at.Y == layout.TitleY)
            return ConnectionList.ColumnAt(state, at.X) is { } column ? state.SortedBy(column) : state;
        var line = at.Y - layout.RowsY;
        if (line < 0 || line >= layout.Rows || state.Snapshot is not { } snapshot)
            return state;
        var index = state.FirstDrawn(layout.Rows) + line;
        return index < snapshot.Rows.Length ? Scrolling.Select(state, index + (snapshot.View?.First ?? 0)) : state;
    }

    private static ViewState ToggleMore(ViewState state)
    {
        var toggled = state with { ShowsMore = !state.ShowsMore, Marked = null };
        return toggled with { Content = ContentOf(toggled) };
    }

    /// <summary>
    /// The title next to the marked one, round the end to the other; at first, that of the column that sorts.
    /// </summary>
    private static Field Neighbour(ViewState state, int step)
    {
        var columns = state.Columns;
        var at = state.Marked is { } marked ? PlaceOf(columns, marked) + step
            : PlaceOf(columns, state.Order.Field) is var sorted and >= 0 ? sorted
            : step > 0 ? 0 : columns.Length - 1;
        return columns[(at + columns.Length) % columns.Length].Field;
    }

    private static int PlaceOf(ImmutableArray<Column> columns, Field field)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i].Field == field)
                return i;
        }
        return -1;
    }

    /// <summary>Of what is in hand, so that columns fit at once.</summary>
    private static ContentWidths ContentOf(ViewState state) =>
        state.Snapshot is { } snapshot ? ContentWidths.None.With(snapshot, state.Columns) : ContentWidths.None;
}
