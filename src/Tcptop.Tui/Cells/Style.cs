namespace Tcptop.Tui.Cells;

[Flags]
internal enum TextAttributes : byte
{
    None = 0,
    Bold = 1,
    Dim = 2,
    Underline = 4,
    Reverse = 8,
}

internal readonly record struct Style(
    Color Foreground = default,
    Color Background = default,
    TextAttributes Attributes = TextAttributes.None)
{
    /// <summary>Whether an empty cell of this style looks other than an empty cell.</summary>
    public bool PaintsBackground => !Background.IsDefault || (Attributes & TextAttributes.Reverse) != 0;
}
