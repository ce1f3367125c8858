using System.Text;

namespace Tcptop.Tui.View;

/// <summary>
/// One line of text being typed, with the usual keys of a shell. Does not change: each edit makes the next
/// one.
/// </summary>
/// <param name="Text">What is typed.</param>
/// <param name="Cursor">Before which character of it the next one goes.</param>
internal sealed record LineEditor(string Text, int Cursor)
{
    /// <summary>Nobody looks for more; what is pasted by mistake ends somewhere.</summary>
    private const int MaxLength = 200;

    public static LineEditor AtEndOf(string text) => new(text, text.Length);

    public LineEditor Insert(Rune rune) =>
        Text.Length + rune.Utf16SequenceLength > MaxLength
            ? this
            : new(Text.Insert(Cursor, rune.ToString()), Cursor + rune.Utf16SequenceLength);

    public LineEditor Left() => this with { Cursor = Before(Cursor) };

    public LineEditor Right() => this with { Cursor = Behind(Cursor) };

    public LineEditor Start() => this with { Cursor = 0 };

    public LineEditor End() => this with { Cursor = Text.Length };

    public LineEditor DeleteBefore() => Delete(Before(Cursor), Cursor);

    public LineEditor DeleteAfter() => Delete(Cursor, Behind(Cursor));

    public LineEditor DeleteToStart() => Delete(0, Cursor);

    public LineEditor DeleteToEnd() => Delete(Cursor, Text.Length);

    /// <summary>The word before the cursor, and the blanks between.</summary>
    public LineEditor DeleteWord()
    {
        var from = Text.AsSpan(0, Cursor).TrimEnd(' ').LastIndexOf(' ') + 1;
        return Delete(from, Cursor);
    }

    private LineEditor Delete(int from, int to) => new(Text.Remove(from, to - from), from);

    private int Before(int index) => index == 0 ? 0 : index - (char.IsLowSurrogate(Text[index - 1]) ? 2 : 1);

    private int Behind(int index) => index == Text.Length ? index : index + (char.IsHighSurrogate(Text[index]) ? 2 : 1);
}
