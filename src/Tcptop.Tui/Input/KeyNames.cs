using System.Text;

namespace Tcptop.Tui.Input;

/// <summary>What a key is called: <c>r</c>, <c>Ctrl-C</c>, <c>PgUp</c>.</summary>
internal static class KeyNames
{
    public static string Of(KeyEvent key)
    {
        var name = key.Key switch
        {
            Key.Character => OfCharacter(key),
            Key.Escape => "Esc",
            Key.PageUp => "PgUp",
            Key.PageDown => "PgDn",
            Key.Delete => "Del",
            Key.Insert => "Ins",
            Key.Click => "click",
            Key.WheelUp => "wheel up",
            Key.WheelDown => "wheel down",
            _ => key.Key.ToString(),
        };
        return Prefix(key, KeyModifiers.Ctrl, "Ctrl-") + Prefix(key, KeyModifiers.Alt, "Alt-")
            + Prefix(key, KeyModifiers.Shift, "Shift-") + name;
    }

    private static string Prefix(KeyEvent key, KeyModifiers modifier, string name) =>
        (key.Modifiers & modifier) != 0 ? name : "";

    private static string OfCharacter(KeyEvent key)
    {
        if (key.Character == new Rune(' '))
            return "Space";
        return (key.Modifiers & KeyModifiers.Ctrl) != 0
            ? Rune.ToUpperInvariant(key.Character).ToString()
            : key.Character.ToString();
    }
}
