namespace Tcptop.Tui.Widgets;

/// <summary>
/// Shares a line out among columns. Between two of the widths that a column names, all columns grow in step; below the least, columns
/// from the right get nothing, beyond the most, the rest of the line stays empty.
/// </summary>
internal static class ColumnWidths
{
    public static void Fit(ReadOnlySpan<Column> columns, int lineWidth, Span<int> widths)
    {
        var available = Math.Max(lineWidth - Columns.Gap * (columns.Length - 1), 0);
        if (available < Sum(columns, static column => column.Least))
            TakeFromLeft(columns, lineWidth, widths);
        else if (available < Sum(columns, static column => column.Narrow))
            Share(columns, available, widths, static column => column.Least, static column => column.Narrow);
        else if (available < Sum(columns, static column => column.Full))
            Share(columns, available, widths, static column => column.Narrow, static column => column.Full);
        else
            Share(columns, available, widths, static column => column.Full, static column => column.Most);
    }

    private static void TakeFromLeft(ReadOnlySpan<Column> columns, int lineWidth, Span<int> widths)
    {
        var left = lineWidth;
        for (var i = 0; i < columns.Length; i++)
        {
            widths[i] = Math.Clamp(left, 0, columns[i].Least);
            left -= widths[i] + Columns.Gap;
        }
    }

    private static void Share(
        ReadOnlySpan<Column> columns, int available, Span<int> widths, Func<Column, int> from, Func<Column, int> to)
    {
        var (low, high) = (Sum(columns, from), Sum(columns, to));
        var extra = Math.Min(available, high) - low;
        var left = extra;
        for (var i = 0; i < columns.Length; i++)
        {
            var growth = high == low ? 0 : (to(columns[i]) - from(columns[i])) * extra / (high - low);
            widths[i] = from(columns[i]) + growth;
            left -= growth;
        }
        // What rounding down has left over: one column each, from the left.
        for (var i = 0; i < columns.Length && left > 0; i++)
        {
            if (widths[i] >= to(columns[i]))
                continue;
            widths[i]++;
            left--;
        }
    }

    private static int Sum(ReadOnlySpan<Column> columns, Func<Column, int> width)
    {
        var sum = 0;
        foreach (var column in columns)
            sum += width(column);
        return sum;
    }
}
