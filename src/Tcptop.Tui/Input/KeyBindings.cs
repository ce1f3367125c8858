namespace Tcptop.Tui.Input;

/// <summary>Which key asks for what.</summary>
internal static class KeyBindings
{
    /// <summary>Raw mode hands us the keys that would make signals; they keep their meaning.</summary>
    public static Command CommandOf(KeyEvent key) => (key.Key, key.Modifiers, key.Character.Value) switch
    {
        (Key.Character, KeyModifiers.None, 'q') => Command.Quit,
        (Key.Character, KeyModifiers.Ctrl, 'c') => Command.Quit,
        (Key.Character, KeyModifiers.Ctrl, 'z') => Command.Suspend,
        (Key.Character, KeyModifiers.Ctrl, 'l') => Command.Repaint,
        _ => Command.None,
    };
}
