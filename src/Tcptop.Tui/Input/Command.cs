using Tcptop.Tui.Grid;

namespace Tcptop.Tui.Input;

/// <summary>What the user wants done.</summary>
internal enum Command
{
    None,

    Quit,
    Suspend,
    Repaint,
    Help,
    Pause,
    MoreColumns,
    Slower,
    Faster,
    Escape,

    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    ScrollUp,
    ScrollDown,
    Click,

    SortByRateTotal,
    SortByRateIn,
    SortByRateOut,
    SortByPid,
    SortByProcess,
    SortByState,
    SortByRtt,
    SortByLocal,
    SortByRemote,
    SortByProtocol,
    NextColumn,
    PreviousColumn,
    SortByMarked,

    Filter,
    KeepFilter,
    CharacterLeft,
    CharacterRight,
    LineStart,
    LineEnd,
    DeleteBefore,
    DeleteAfter,
    DeleteToStart,
    DeleteToEnd,
    DeleteWord,
    OlderFilter,
    NewerFilter,
}
