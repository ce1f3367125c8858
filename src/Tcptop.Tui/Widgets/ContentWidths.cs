using Tcptop.Model;
using Tcptop.Table;
using Tcptop.Table.Formats;
using Tcptop.Tui.Cells;

namespace Tcptop.Tui.Widgets;

/// <summary>
/// How wide the contents of columns have been. They only grow, so that columns do not dance from refresh to refresh; a new view begins anew. Does not
/// change: <see cref="With"/> makes the next one.
/// </summary>
internal sealed class ContentWidths
{
    public static readonly ContentWidths None = new(new int[Columns.MaxCount]);

    private readonly int[] _widths;

    private ContentWidths(int[] widths) => _widths = widths;

    public int this[SortColumn column] => _widths[(int)column];

    /// <summary>These or, where contents of the snapshot are wider, wider ones.</summary>
    public ContentWidths With(Snapshot snapshot)
    {
        Span<int> widths = stackalloc int[Columns.MaxCount];
        _widths.CopyTo(widths);
        var rows = snapshot.Rows;
        var containers = snapshot.Containers;
        for (var i = 0; i < rows.Length; i++)
            Widen(widths, rows[i], containers.IsEmpty ? null : containers[i]);
        return widths.SequenceEqual(_widths) ? this : new ContentWidths(widths.ToArray());
    }

    private static void Widen(Span<int> widths, in ConnectionRecord row, string? container)
    {
        Span<char> text = stackalloc char[ConnectionCell.LongestText];
        foreach (var column in (ReadOnlySpan<SortColumn>)[SortColumn.Local, SortColumn.Remote, SortColumn.Pid, SortColumn.Process, SortColumn.State, SortColumn.Container])
        {
            ref var width = ref widths[(int)column];
            width = Math.Max(width, RuneWidth.Of(text[..ConnectionCell.Format(column, row, container, text)]));
        }
    }
}
