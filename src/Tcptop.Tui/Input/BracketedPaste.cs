namespace Tcptop.Tui.Input;

/// <summary>
/// What is pasted is text for a line that is typed, and nothing anywhere else: it never sorts, filters or
/// quits.
/// </summary>
internal static class BracketedPaste
{
    private static readonly KeyEvent Blank = KeyEvent.Of(' ');
    private static readonly KeyEvent Interrupt = KeyEvent.Of('c', KeyModifiers.Ctrl);

    /// <summary>The key to be obeyed for <paramref name="key"/>; null: none.</summary>
    /// <param name="key">As it was read.</param>
    /// <param name="isPasted">It is from within a paste: <see cref="KeyReader.IsPasting"/>.</param>
    /// <param name="isTyping">A line is typed.</param>
    public static KeyEvent? Pass(KeyEvent key, bool isPasted, bool isTyping)
    {
        if (key.Key is Key.PasteStart or Key.PasteEnd)
            return null;
        // Terminals keep control characters out of what they paste: whoever presses Ctrl-C where the end of a
        // paste got lost still gets out.
        if (!isPasted || key == Interrupt)
            return key;
        if (!isTyping)
            return null;
        // Lines and tabs part words.
        return KeyBindings.IsText(key) ? key : key.Key is Key.Enter or Key.Tab ? Blank : null;
    }
}
