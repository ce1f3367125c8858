using System.Globalization;
using System.Text;
using Tcptop.Model;
using Tcptop.Table;
using Tcptop.Table.Formats;

namespace Tcptop.Tui.Widgets;

/// <summary>What one connection has to say in one column; <c>-</c> for what is not known, never a 0 that looks measured.</summary>
internal static class ConnectionCell
{
    /// <summary>Room for any text of <see cref="Format"/>.</summary>
    public const int LongestText = 256;

    private const int LongestContainer = 48;

    /// <summary>The peer of a socket that has none, as ss writes it.</summary>
    private const string NoPeer = "*";

    public static void Draw(CellField field, SortColumn column, in ConnectionRecord row, string? container)
    {
        switch (column)
        {
            case SortColumn.RateIn:
                QuantityText.Draw(field, row.RateIn, UnitScale.BytesPerSecond);
                return;
            case SortColumn.RateOut:
                QuantityText.Draw(field, row.RateOut, UnitScale.BytesPerSecond);
                return;
            case SortColumn.Rtt:
                QuantityText.Draw(field, row.RttUs, UnitScale.Microseconds);
                return;
            case SortColumn.BytesIn:
                QuantityText.Draw(field, row.BytesIn, UnitScale.Bytes);
                return;
            case SortColumn.BytesOut:
                QuantityText.Draw(field, row.BytesOut, UnitScale.Bytes);
                return;
            case SortColumn.PacketsIn:
                QuantityText.Draw(field, row.PacketsIn, UnitScale.Count);
                return;
            case SortColumn.PacketsOut:
                QuantityText.Draw(field, row.PacketsOut, UnitScale.Count);
                return;
        }
        Span<char> text = stackalloc char[LongestText];
        text = text[..Format(column, row, container, text)];
        if (column is SortColumn.Local or SortColumn.Remote && text is not NoPeer)
            field.DrawBothEnds(text, wholeTail: text.Length - text.LastIndexOf(':'));
        else if (column == SortColumn.Pid)
            field.DrawRight(text);
        else
            field.DrawLeft(text);
    }

    /// <summary>The text of a column that is no quantity; returns its length, which is never 0.</summary>
    public static int Format(SortColumn column, in ConnectionRecord row, string? container, Span<char> text)
    {
        var length = 0;
        switch (column)
        {
            case SortColumn.Protocol:
                return Copy(row.Protocol.Name(), text);
            case SortColumn.Local:
                return EndpointText.Format(row.Local, row.Device, text);
            case SortColumn.Remote when row.State == TcpState.Listen:
                return Copy(NoPeer, text);
            case SortColumn.Remote:
                return EndpointText.Format(row.Remote, row.Device, text);
            case SortColumn.State when row.State is { } state:
                return Copy(state.Name(), text);
            case SortColumn.Pid when row.Owner.IsVisible:
                row.Owner.Pid.TryFormat(text, out length, default, CultureInfo.InvariantCulture);
                return length;
            case SortColumn.Process:
                length = FormatProcess(row.ProcessName, text);
                break;
            case SortColumn.Container when container is not null:
                length = FormatContainer(container, text);
                break;
        }
        return length != 0 ? length : Copy(CellField.Absent, text);
    }

    private static int FormatProcess(KernelName name, Span<char> text)
    {
        Span<byte> bytes = stackalloc byte[KernelName.ByteLength];
        return SafeText.Escape(bytes[..name.CopyTo(bytes)], text);
    }

    private static int FormatContainer(string container, Span<char> text)
    {
        Span<byte> bytes = stackalloc byte[LongestContainer * 3];
        var length = Encoding.UTF8.GetBytes(container.AsSpan(0, Math.Min(container.Length, LongestContainer)), bytes);
        return SafeText.Escape(bytes[..length], text);
    }

    private static int Copy(string from, Span<char> text)
    {
        from.CopyTo(text);
        return from.Length;
    }
}
