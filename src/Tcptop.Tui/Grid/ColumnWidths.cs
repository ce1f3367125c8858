using Tcptop.Model.Fields;

namespace Tcptop.Tui.Grid;

/// <summary>
/// Shares a line out among columns. Between two of the widths that a column names, all columns grow in step,
/// and none beyond what its content needs while another has too little. Below the least, columns from the
/// right get nothing; beyond the most, the rest of the line stays empty.
/// </summary>
internal static class ColumnWidths
{
    private enum Stage
    {
        Least,

        /// <summary>
        /// What tells nothing in part is whole: the process, as a number, and the round-trip time. Rates have
        /// a short form.
        /// </summary>
        Numbers,
        Narrow,
        Full,
        Content,
        Roomy,
    }

    public static void Fit(ReadOnlySpan<Column> columns, ContentWidths content, int lineWidth, Span<int> widths)
    {
        var available = Math.Max(lineWidth - Columns.Gap * (columns.Length - 1), 0);
        if (available < Sum(columns, content, Stage.Least))
        {
            TakeFromLeft(columns, lineWidth, widths);
            return;
        }
        var stage = Stage.Numbers;
        while (stage < Stage.Roomy && available >= Sum(columns, content, stage))
            stage++;
        Share(columns, content, available, widths, stage - 1, stage);
    }

    private static int WidthOf(Column column, ContentWidths content, Stage stage)
    {
        var needed = column.FitsContent
            ? Math.Clamp(content[column.Field], Math.Min(column.Title.Length, column.Most), column.Most)
            : column.Full;
        return stage switch
        {
            Stage.Least => column.Least,
            Stage.Numbers when column.Field.Unit == FieldUnit.Microseconds => Column.ShortTime,
            Stage.Numbers when column.Field.Unit != FieldUnit.Id => column.Least,
            Stage.Numbers or Stage.Narrow => Math.Max(Math.Min(needed, column.Narrow), column.Least),
            Stage.Full => Math.Max(Math.Min(needed, column.Full), column.Least),
            Stage.Content => Math.Max(needed, column.Least),
            _ => Math.Max(needed, column.Full),
        };
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
        ReadOnlySpan<Column> columns, ContentWidths content, int available, Span<int> widths, Stage from, Stage to)
    {
        var (low, high) = (Sum(columns, content, from), Sum(columns, content, to));
        var extra = Math.Min(available, high) - low;
        var left = extra;
        for (var i = 0; i < columns.Length; i++)
        {
            var (least, most) = (WidthOf(columns[i], content, from), WidthOf(columns[i], content, to));
            var growth = high == low ? 0 : (most - least) * extra / (high - low);
            widths[i] = least + growth;
            left -= growth;
        }
        // What rounding down has left over: one column each, from the left.
        for (var i = 0; i < columns.Length && left > 0; i++)
        {
            if (widths[i] >= WidthOf(columns[i], content, to))
                continue;
            widths[i]++;
            left--;
        }
    }

    private static int Sum(ReadOnlySpan<Column> columns, ContentWidths content, Stage stage)
    {
        var sum = 0;
        foreach (var column in columns)
            sum += WidthOf(column, content, stage);
        return sum;
    }
}
