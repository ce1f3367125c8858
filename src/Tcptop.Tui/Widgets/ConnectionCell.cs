using System.Globalization;
using Tcptop.Model;
using Tcptop.Table.Formats;

namespace Tcptop.Tui.Widgets;

/// <summary>What one connection has to say in one column; <c>-</c> for what is not known, never a 0 that looks measured.</summary>
internal static class ConnectionCell
{
    public static void Draw(CellField field, ColumnKind column, in ConnectionRecord row)
    {
        switch (column)
        {
            case ColumnKind.Protocol:
                field.DrawLeft(row.Protocol.Name());
                break;
            case ColumnKind.Local:
                DrawEndpoint(field, row.Local);
                break;
            case ColumnKind.Remote:
                DrawEndpoint(field, row.Remote);
                break;
            case ColumnKind.Pid:
                DrawPid(field, row.Owner);
                break;
            case ColumnKind.Process:
                DrawProcess(field, row.ProcessName);
                break;
            case ColumnKind.State:
                field.DrawLeft(row.State?.Name() ?? CellField.Absent);
                break;
            case ColumnKind.RateIn:
                QuantityText.Draw(field, row.RateIn, UnitScale.BytesPerSecond);
                break;
            case ColumnKind.RateOut:
                QuantityText.Draw(field, row.RateOut, UnitScale.BytesPerSecond);
                break;
            case ColumnKind.Rtt:
                QuantityText.Draw(field, row.RttUs, UnitScale.Microseconds);
                break;
        }
    }

    private static void DrawEndpoint(CellField field, Endpoint endpoint)
    {
        Span<char> text = stackalloc char[Endpoint.MaxTextLength];
        endpoint.TryFormat(text, out var length);
        text = text[..length];
        field.DrawBothEnds(text, wholeTail: length - text.LastIndexOf(':'));
    }

    private static void DrawPid(CellField field, ProcessIdentity owner)
    {
        Span<char> text = stackalloc char[10];
        if (owner.IsKnown && owner.Pid.TryFormat(text, out var length, default, CultureInfo.InvariantCulture))
            field.DrawRight(text[..length]);
        else
            field.DrawRight(CellField.Absent);
    }

    private static void DrawProcess(CellField field, CommandName name)
    {
        Span<byte> bytes = stackalloc byte[CommandName.ByteLength];
        Span<char> text = stackalloc char[CommandName.ByteLength * SafeText.MaxCharsPerByte];
        var length = SafeText.Escape(bytes[..name.CopyTo(bytes)], text);
        field.DrawLeft(length == 0 ? CellField.Absent : text[..length]);
    }
}
