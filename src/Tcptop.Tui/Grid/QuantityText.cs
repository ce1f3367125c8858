using Tcptop.Table.Formats;

namespace Tcptop.Tui.Grid;

/// <summary>A number with its unit, right-aligned in a field.</summary>
internal static class QuantityText
{
    private const int LongestText = 32;

    public static void Draw(CellField field, double? value, UnitScale scale)
    {
        if (value is not { } known)
        {
            field.DrawRight(CellField.Absent);
            return;
        }
        Span<char> text = stackalloc char[LongestText];
        var length = scale.Format(known, text, field.Width);
        if (length == 0)
            field.DrawNothingFits();
        else
            field.DrawRight(text[..length]);
    }
}
