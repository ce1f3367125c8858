using System.Collections.Immutable;
using System.Text;

namespace Tcptop.Tui.Input;

/// <summary>What keys are for, as the help orders them.</summary>
internal enum KeyGroup
{
    Program,
    Moving,
    Sorting,
    Filter,

    /// <summary>Heard while a filter is typed, before all others.</summary>
    Typing,
}

/// <param name="Keys">Those that ask for it, the one to be remembered first.</param>
internal sealed record KeyBinding(Command Command, KeyGroup Group, string Help, ImmutableArray<KeyEvent> Keys);

/// <summary>Which key asks for what: the one table of them. The help is drawn from it.</summary>
internal static class KeyBindings
{
    public static readonly ImmutableArray<KeyBinding> All =
    [
        Of(Command.Quit, KeyGroup.Program, "quit", Char('q'), Ctrl('c'), new(Key.F10)),
        Of(Command.Help, KeyGroup.Program, "open or close this help", Char('?'), new(Key.F1)),
        Of(Command.Pause, KeyGroup.Program, "pause the screen; counting goes on", Char(' ')),
        Of(Command.MoreColumns, KeyGroup.Program, "show bytes, packets and container", Char('c'), new(Key.F2)),
        Of(Command.Slower, KeyGroup.Program, "refresh less often", Char('+'), Char('=')),
        Of(Command.Faster, KeyGroup.Program, "refresh more often", Char('-')),
        Of(Command.Repaint, KeyGroup.Program, "redraw", Ctrl('l')),
        Of(Command.Suspend, KeyGroup.Program, "suspend to the shell; fg resumes", Ctrl('z')),

        Of(Command.Down, KeyGroup.Moving, "select the next connection", new(Key.Down), Char('j')),
        Of(Command.Up, KeyGroup.Moving, "select the previous connection", new(Key.Up), Char('k')),
        Of(Command.PageDown, KeyGroup.Moving, "page down", new KeyEvent(Key.PageDown)),
        Of(Command.PageUp, KeyGroup.Moving, "page up", new KeyEvent(Key.PageUp)),
        Of(Command.First, KeyGroup.Moving, "go to the first connection", new KeyEvent(Key.Home)),
        Of(Command.Last, KeyGroup.Moving, "go to the last connection", new KeyEvent(Key.End)),
        Of(Command.ScrollUp, KeyGroup.Moving, "scroll up", new KeyEvent(Key.WheelUp)),
        Of(Command.ScrollDown, KeyGroup.Moving, "scroll down", new KeyEvent(Key.WheelDown)),
        Of(Command.Click, KeyGroup.Moving, "select a row, or sort by a title", new KeyEvent(Key.Click)),
        Of(Command.Escape, KeyGroup.Moving, "clear the filter, then the selection", new KeyEvent(Key.Escape)),

        Of(Command.SortByRateIn, KeyGroup.Sorting, "rate in", Char('r')),
        Of(Command.SortByRateOut, KeyGroup.Sorting, "rate out", Char('R')),
        Of(Command.SortByRateTotal, KeyGroup.Sorting, "rate in and out together", Char('b')),
        Of(Command.SortByPid, KeyGroup.Sorting, "PID", Char('p')),
        Of(Command.SortByProcess, KeyGroup.Sorting, "process name", Char('n')),
        Of(Command.SortByState, KeyGroup.Sorting, "state", Char('s')),
        Of(Command.SortByRtt, KeyGroup.Sorting, "round-trip time", Char('t')),
        Of(Command.SortByLocal, KeyGroup.Sorting, "local address", Char('a')),
        Of(Command.SortByRemote, KeyGroup.Sorting, "remote address", Char('A')),
        Of(Command.SortByProtocol, KeyGroup.Sorting, "protocol", Char('P')),
        Of(Command.NextColumn, KeyGroup.Sorting, "mark the next title", new(Key.Right), new(Key.Tab), new(Key.F6)),
        Of(Command.PreviousColumn, KeyGroup.Sorting, "mark the previous title", new(Key.Left),
            new(Key.Tab, KeyModifiers.Shift)),
        Of(Command.SortByMarked, KeyGroup.Sorting, "sort by the marked title", new KeyEvent(Key.Enter)),

        Of(Command.Filter, KeyGroup.Filter, "type words or comparisons", Char('/'), new(Key.F3), new(Key.F4)),

        Of(Command.KeepFilter, KeyGroup.Typing, "keep the filter", new KeyEvent(Key.Enter)),
        Of(Command.Escape, KeyGroup.Typing, "clear the filter", new KeyEvent(Key.Escape)),
        Of(Command.CharacterLeft, KeyGroup.Typing, "left", new(Key.Left), Ctrl('b')),
        Of(Command.CharacterRight, KeyGroup.Typing, "right", new(Key.Right), Ctrl('f')),
        Of(Command.LineStart, KeyGroup.Typing, "to the start", new(Key.Home), Ctrl('a')),
        Of(Command.LineEnd, KeyGroup.Typing, "to the end", new(Key.End), Ctrl('e')),
        Of(Command.DeleteBefore, KeyGroup.Typing, "delete the character before", new KeyEvent(Key.Backspace)),
        Of(Command.DeleteAfter, KeyGroup.Typing, "delete the character after", new(Key.Delete), Ctrl('d')),
        Of(Command.DeleteWord, KeyGroup.Typing, "delete the word before", Ctrl('w')),
        Of(Command.DeleteToStart, KeyGroup.Typing, "delete to the start", Ctrl('u')),
        Of(Command.DeleteToEnd, KeyGroup.Typing, "delete to the end", Ctrl('k')),
        Of(Command.OlderFilter, KeyGroup.Typing, "older filter", new(Key.Up), Ctrl('p')),
        Of(Command.NewerFilter, KeyGroup.Typing, "newer filter", new(Key.Down), Ctrl('n')),
    ];

    /// <summary>
    /// What is obeyed while a filter is typed besides what edits it: what never is a part of the text.
    /// </summary>
    private static readonly ImmutableArray<Command> AlsoWhileTyping =
    [
        Command.Quit, Command.Suspend, Command.Repaint, Command.Help, Command.ScrollUp, Command.ScrollDown,
        Command.Click, Command.PageUp, Command.PageDown,
    ];

    /// <summary>What edits a filter while it is typed.</summary>
    private static readonly ImmutableArray<Command> Editing =
        [.. All.Where(static binding => binding.Group == KeyGroup.Typing).Select(static binding => binding.Command)];

    public static bool IsEditing(Command command) => Editing.Contains(command);

    public static string TitleOf(KeyGroup group) => group switch
    {
        KeyGroup.Program => "Program",
        KeyGroup.Moving => "Moving",
        KeyGroup.Sorting => "Sorting by (press again to reverse)",
        KeyGroup.Filter => "Filtering by address, port, process, container",
        _ => "While typing a filter",
    };

    /// <summary>Raw mode hands us the keys that would make signals; they keep their meaning.</summary>
    public static Command CommandOf(KeyEvent key, bool isTyping)
    {
        // Where the mouse points makes no other event of it.
        var pressed = key with { X = 0, Y = 0 };
        foreach (var binding in All)
        {
            if (binding.Group == KeyGroup.Typing != isTyping || !binding.Keys.Contains(pressed))
                continue;
            return binding.Command;
        }
        return isTyping && !IsText(key)
            && CommandOf(key, isTyping: false) is var command && AlsoWhileTyping.Contains(command)
            ? command
            : Command.None;
    }

    /// <summary>Whether the key stands for a character that can be a part of a text.</summary>
    public static bool IsText(KeyEvent key) => key is { Key: Key.Character, Modifiers: KeyModifiers.None };

    private static KeyBinding Of(Command command, KeyGroup group, string help, params ImmutableArray<KeyEvent> keys) =>
        new(command, group, help, keys);

    private static KeyEvent Char(char character) => KeyEvent.Of(character);

    private static KeyEvent Ctrl(char character) => KeyEvent.Of(character, KeyModifiers.Ctrl);
}
