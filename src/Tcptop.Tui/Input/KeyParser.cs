using System.Buffers;
using System.Text;

namespace Tcptop.Tui.Input;

/// <summary>
/// Reads keys from the bytes that a terminal sends, as xterm, the Linux console, rxvt and their kin send
/// them.
/// </summary>
internal static class KeyParser
{
    private const byte Esc = 0x1B;
    private const byte Bell = 0x07;

    private static ReadOnlySpan<byte> PasteEnd => "\e[201~"u8;

    /// <summary>
    /// Takes the first key off <paramref name="input"/>. Returns how many bytes it was, and 0 when more bytes
    /// are needed to tell; with
    /// <paramref name="isComplete"/> nothing more is on its way, and what is there is taken for what it is: a
    /// lone ESC for the Escape key.
    /// <paramref name="key"/> is null for what is no key that we know; it is swallowed whole.
    /// </summary>
    public static int Read(ReadOnlySpan<byte> input, bool isComplete, out KeyEvent? key)
    {
        key = null;
        if (input.IsEmpty)
            return 0;
        if (input[0] == Esc)
            return ReadEscape(input, isComplete, out key);
        return input[0] < 0x80 ? ReadAscii(input[0], out key) : ReadUtf8(input, isComplete, out key);
    }

    /// <summary>
    /// The same of what is pasted: text, up to the end of the paste and to nothing else, so that no sequence
    /// in it can take that end for its own. What it has of sequences is text, too, without its ESC.
    /// </summary>
    public static int ReadPasted(ReadOnlySpan<byte> input, bool isComplete, out KeyEvent? key)
    {
        key = null;
        if (input.IsEmpty || input[0] != Esc)
            return Read(input, isComplete, out key);
        if (input.StartsWith(PasteEnd))
        {
            key = new KeyEvent(Key.PasteEnd);
            return PasteEnd.Length;
        }
        return PasteEnd.StartsWith(input) && !isComplete ? 0 : 1;
    }

    private static int ReadAscii(byte value, out KeyEvent? key)
    {
        key = value switch
        {
            (byte)'\r' or (byte)'\n' => new KeyEvent(Key.Enter),
            (byte)'\t' => new KeyEvent(Key.Tab),
            0x08 or 0x7F => new KeyEvent(Key.Backspace),
            0 => KeyEvent.Of(' ', KeyModifiers.Ctrl),
            <= 26 => KeyEvent.Of((char)(value + 'a' - 1), KeyModifiers.Ctrl),
            < 0x20 => KeyEvent.Of((char)(value + '@'), KeyModifiers.Ctrl),
            _ => KeyEvent.Of((char)value),
        };
        return 1;
    }

    private static int ReadUtf8(ReadOnlySpan<byte> input, bool isComplete, out KeyEvent? key)
    {
        key = null;
        var status = Rune.DecodeFromUtf8(input, out var rune, out var length);
        if (status == OperationStatus.NeedMoreData && !isComplete)
            return 0;
        if (status == OperationStatus.Done && !Rune.IsControl(rune))
            key = new KeyEvent(Key.Character, KeyModifiers.None, rune);
        return length;
    }

    private static int ReadEscape(ReadOnlySpan<byte> input, bool isComplete, out KeyEvent? key)
    {
        key = null;
        if (input.Length == 1 || input[1] == Esc)
        {
            if (input.Length == 1 && !isComplete)
                return 0;
            key = new KeyEvent(Key.Escape);
            return 1;
        }
        var length = input[1] switch
        {
            (byte)'[' => ControlSequence.Read(input, out key),
            (byte)'O' => ReadSingleShift(input, out key),
            _ when BeginsString(input) => EndOfString(input[2..]) is > 0 and var end ? 2 + end : 0,
            _ => ReadAlt(input, isComplete, out key),
        };
        if (length != 0 || !isComplete)
            return length;
        // Two bytes are Alt and a key; more are a sequence whose end got lost.
        return input.Length == 2 ? ReadAlt(input, isComplete, out key) : input.Length;
    }

    /// <summary>ESC O and a letter: arrows and keypad of a terminal in application mode, and F1 to F4.</summary>
    private static int ReadSingleShift(ReadOnlySpan<byte> input, out KeyEvent? key)
    {
        key = null;
        if (input.Length < 3)
            return 0;
        key = ControlSequence.KeyOfFinal((char)input[2], KeyModifiers.None);
        return 3;
    }

    /// <summary>Terminals send Alt and a key as ESC and the key.</summary>
    private static int ReadAlt(ReadOnlySpan<byte> input, bool isComplete, out KeyEvent? key)
    {
        var length = Read(input[1..], isComplete, out key);
        if (length == 0)
            return 0;
        key = key is { } plain ? plain with { Modifiers = plain.Modifiers | KeyModifiers.Alt } : null;
        return 1 + length;
    }

    public static bool IsStringWithoutEnd(ReadOnlySpan<byte> input) =>
        BeginsString(input) && EndOfString(input[2..]) == 0;

    /// <summary>Where an answer in string form is over, which ends in BEL or ESC \; 0 without an end.</summary>
    public static int EndOfString(ReadOnlySpan<byte> body)
    {
        var bell = body.IndexOf(Bell);
        var terminator = body.IndexOf("\e\\"u8);
        if (bell >= 0 && (terminator < 0 || bell < terminator))
            return bell + 1;
        return terminator >= 0 ? terminator + 2 : 0;
    }

    /// <summary>OSC, DCS, SOS, PM, APC.</summary>
    private static bool BeginsString(ReadOnlySpan<byte> input) =>
        input is [Esc, (byte)']' or (byte)'P' or (byte)'X' or (byte)'^' or (byte)'_', ..];
}
