using System.Buffers.Text;

namespace Tcptop.Tui.Input;

/// <summary>
/// What a terminal says of its mouse in the SGR form: ESC [ &lt; button ; column ; line, then M for pressed
/// or m for let go.
/// </summary>
internal static class MouseReport
{
    private const int Left = 0;
    private const int WheelUp = 64;
    private const int WheelDown = 65;

    // Shift, Alt and Ctrl make no difference; a mouse that moves with a button down is another event.
    private const int Modifiers = 4 | 8 | 16;

    /// <param name="parameters">What stands between the &lt; and the final letter.</param>
    /// <param name="final">That letter.</param>
    public static KeyEvent? Read(ReadOnlySpan<byte> parameters, char final)
    {
        if (final != 'M' || !TryTake(ref parameters, out var button) || !TryTake(ref parameters, out var column)
            || !TryTake(ref parameters, out var line))
            return null;
        if (!parameters.IsEmpty || column < 1 || line < 1)
            return null;
        return (button & ~Modifiers) switch
        {
            Left => new KeyEvent(Key.Click, X: column - 1, Y: line - 1),
            WheelUp => new KeyEvent(Key.WheelUp, X: column - 1, Y: line - 1),
            WheelDown => new KeyEvent(Key.WheelDown, X: column - 1, Y: line - 1),
            _ => null,
        };
    }

    private static bool TryTake(ref ReadOnlySpan<byte> parameters, out int number)
    {
        if (!Utf8Parser.TryParse(parameters, out number, out var length))
            return false;
        parameters = parameters[length..];
        if (parameters.StartsWith(";"u8))
            parameters = parameters[1..];
        return true;
    }
}
