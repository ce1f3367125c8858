using Tcptop.Model;
using Tcptop.Model.Fields;
using Tcptop.Table.Formats;

namespace Tcptop.Tui.Grid;

/// <summary>
/// What one connection has to say in one column; <c>-</c> for what is not known, never a 0 that looks
/// measured.
/// </summary>
internal static class ConnectionCell
{
    /// <summary>Room for any text of <see cref="Format"/>; no column shows more.</summary>
    public const int LongestText = 256;

    /// <summary>The peer of a socket that has none, as ss writes it.</summary>
    private const string NoPeer = "*";

    public static void Draw(CellField cell, Field field, in ConnectionRecord row, in RowContext context)
    {
        if (ScaleOf(field.Unit) is { } scale && field is not ShareField)
        {
            QuantityText.Draw(cell, QuantityOf(field, row), scale);
            return;
        }
        Span<char> text = stackalloc char[LongestText];
        text = text[..Format(field, row, context, text)];
        if (field is EndpointField && text is not NoPeer)
            cell.DrawBothEnds(text, wholeTail: text.Length - text.LastIndexOf(':'));
        else if (field.Unit.AlignsRight())
            cell.DrawRight(text);
        else
            cell.DrawLeft(text);
    }

    /// <summary>The text of a column that is not scaled to its width; returns its length, which is never 0.</summary>
    public static int Format(Field field, in ConnectionRecord row, in RowContext context, Span<char> text)
    {
        if (field is not EndpointField { IsPeer: true } || row.State != TcpState.Listen)
            return FieldText.Format(field, row, context, text);
        NoPeer.CopyTo(text);
        return NoPeer.Length;
    }

    private static UnitScale? ScaleOf(FieldUnit unit) => unit switch
    {
        FieldUnit.Bytes => UnitScale.Bytes,
        FieldUnit.BytesPerSecond => UnitScale.BytesPerSecond,
        FieldUnit.Microseconds => UnitScale.Microseconds,
        FieldUnit.Packets or FieldUnit.Segments or FieldUnit.Datagrams or FieldUnit.Count => UnitScale.Count,
        _ => null,
    };

    private static double? QuantityOf(Field field, in ConnectionRecord row) => field switch
    {
        NumberField number => number.Read(row),
        FractionField fraction => fraction.Read(row),
        _ => null,
    };
}
