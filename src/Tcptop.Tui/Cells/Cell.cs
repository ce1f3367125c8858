namespace Tcptop.Tui.Cells;

/// <summary>One column of one line of the screen.</summary>
/// <param name="Rune">Unicode scalar value; <see cref="RightHalf"/> where the wide rune to the left reaches
/// over.</param>
internal readonly record struct Cell(int Rune, Style Style)
{
    public const int RightHalf = 0;

    public static Cell Blank => new(' ', default);

    public bool IsRightHalf => Rune == RightHalf;
}
