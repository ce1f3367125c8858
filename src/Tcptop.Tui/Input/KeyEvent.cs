using System.Text;

namespace Tcptop.Tui.Input;

internal enum Key
{
    /// <summary>A letter, digit or sign: <see cref="KeyEvent.Character"/> says which.</summary>
    Character,
    Enter,
    Tab,
    Backspace,
    Escape,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    Insert,
    Delete,
    F1,
    F2,
    F3,
    F4,
    F5,
    F6,
    F7,
    F8,
    F9,
    F10,
    F11,
    F12,

    /// <summary>
    /// The mouse's left button, pressed: <see cref="KeyEvent.X"/> and <see cref="KeyEvent.Y"/> say where.
    /// </summary>
    Click,
    WheelUp,
    WheelDown,

    /// <summary>What comes from here to <see cref="PasteEnd"/> was pasted, not typed.</summary>
    PasteStart,
    PasteEnd,
}

/// <summary>The values are the bits in which terminals report modifiers.</summary>
[Flags]
internal enum KeyModifiers : byte
{
    None = 0,
    Shift = 1,
    Alt = 2,
    Ctrl = 4,
}

/// <summary>A key as pressed. Ctrl goes with the lower-case letter; Shift is in the letter itself.</summary>
/// <param name="X">Of the mouse: the column that it points at, 0 being the first.</param>
/// <param name="Y">Of the mouse: the line.</param>
internal readonly record struct KeyEvent(
    Key Key, KeyModifiers Modifiers = KeyModifiers.None, Rune Character = default, int X = 0, int Y = 0)
{
    public static KeyEvent Of(char character, KeyModifiers modifiers = KeyModifiers.None) =>
        new(Key.Character, modifiers, new Rune(character));
}
