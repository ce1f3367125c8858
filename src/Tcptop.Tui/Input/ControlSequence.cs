using System.Buffers.Text;

namespace Tcptop.Tui.Input;

/// <summary>The keys that come as a control sequence: ESC [, parameters, a final byte.</summary>
internal static class ControlSequence
{
    private const int BodyAt = 2;

    /// <summary>
    /// Returns the sequence's length, 0 while its end has not come. A byte that cannot stand in one ends it.
    /// </summary>
    public static int Read(ReadOnlySpan<byte> input, out KeyEvent? key)
    {
        key = null;
        var body = input[BodyAt..];
        if (body.StartsWith("["u8))
            return ReadLinuxFunctionKey(body, out key);
        var at = body.IndexOfAnyExceptInRange((byte)0x20, (byte)0x3F);
        if (at < 0)
            return 0;
        if (body[at] is < 0x40 or > 0x7E)
            return BodyAt + at;
        var final = (char)body[at];
        // An old-style mouse report has three more bytes of any value.
        if (final == 'M' && at == 0)
            return body.Length >= 4 ? BodyAt + 4 : 0;
        key = body.StartsWith("<"u8) ? MouseReport.Read(body[1..at], final) : KeyOf(body[..at], final);
        return BodyAt + at + 1;
    }

    /// <summary>The key that a final letter means, after ESC [ as after ESC O.</summary>
    public static KeyEvent? KeyOfFinal(char final, KeyModifiers modifiers) => final switch
    {
        'A' => new(Key.Up, modifiers),
        'B' => new(Key.Down, modifiers),
        'C' => new(Key.Right, modifiers),
        'D' => new(Key.Left, modifiers),
        'F' => new(Key.End, modifiers),
        'H' => new(Key.Home, modifiers),
        'M' => new(Key.Enter, modifiers),
        'P' => new(Key.F1, modifiers),
        'Q' => new(Key.F2, modifiers),
        'R' => new(Key.F3, modifiers),
        'S' => new(Key.F4, modifiers),
        'Z' => new(Key.Tab, modifiers | KeyModifiers.Shift),
        _ => null,
    };

    /// <summary>The Linux console's own F1 to F5: ESC [ [ A to ESC [ [ E.</summary>
    private static int ReadLinuxFunctionKey(ReadOnlySpan<byte> body, out KeyEvent? key)
    {
        key = null;
        if (body.Length < 2)
            return 0;
        if (body[1] is >= (byte)'A' and <= (byte)'E')
            key = new KeyEvent(Key.F1 + (body[1] - 'A'));
        return BodyAt + 2;
    }

    private static KeyEvent? KeyOf(ReadOnlySpan<byte> parameters, char final)
    {
        if (!TryParse(parameters, out var first, out var modifiers))
            return null;
        if (final != '~')
            return first <= 1 ? KeyOfFinal(final, modifiers) : null;
        return KeyOfNumber(first) is { } key ? new KeyEvent(key, modifiers) : null;
    }

    /// <summary>Nothing, <c>number</c> or <c>number;1+modifiers</c>; all else is no key.</summary>
    private static bool TryParse(ReadOnlySpan<byte> parameters, out int first, out KeyModifiers modifiers)
    {
        (first, modifiers) = (0, KeyModifiers.None);
        if (parameters.IsEmpty)
            return true;
        if (!Utf8Parser.TryParse(parameters, out first, out var length))
            return false;
        parameters = parameters[length..];
        if (parameters.IsEmpty)
            return true;
        if (parameters[0] != ';' || !Utf8Parser.TryParse(parameters[1..], out int second, out length)
            || 1 + length != parameters.Length)
            return false;
        modifiers = (KeyModifiers)(second - 1) & (KeyModifiers.Shift | KeyModifiers.Alt | KeyModifiers.Ctrl);
        return true;
    }

    private static Key? KeyOfNumber(int number) => number switch
    {
        1 or 7 => Key.Home,
        2 => Key.Insert,
        3 => Key.Delete,
        4 or 8 => Key.End,
        5 => Key.PageUp,
        6 => Key.PageDown,
        >= 11 and <= 15 => Key.F1 + (number - 11),
        >= 17 and <= 21 => Key.F6 + (number - 17),
        23 => Key.F11,
        24 => Key.F12,
        200 => Key.PasteStart,
        201 => Key.PasteEnd,
        _ => null,
    };
}
