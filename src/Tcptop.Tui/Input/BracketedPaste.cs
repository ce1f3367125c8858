namespace Tcptop.Tui.Input;

/// <summary>What is pasted is text for a line that is typed, and nothing anywhere else: it never sorts, filters or quits.</summary>
internal sealed class BracketedPaste
{
    private static readonly KeyEvent Blank = KeyEvent.Of(' ');
    private static readonly KeyEvent Interrupt = KeyEvent.Of('c', KeyModifiers.Ctrl);

    private bool _isOpen;

    /// <summary>The key to be obeyed for <paramref name="key"/>; null: none.</summary>
    public KeyEvent? Pass(KeyEvent key, bool isTyping)
    {
        if (key.Key is Key.PasteStart or Key.PasteEnd)
        {
            _isOpen = key.Key == Key.PasteStart;
            return null;
        }
        // Terminals keep control characters out of what they paste: whoever presses Ctrl-C where the end of a paste got lost still gets out.
        if (!_isOpen || key == Interrupt)
            return key;
        if (!isTyping)
            return null;
        // Lines and tabs part words.
        return KeyBindings.IsText(key) ? key : key.Key is Key.Enter or Key.Tab ? Blank : null;
    }
}
