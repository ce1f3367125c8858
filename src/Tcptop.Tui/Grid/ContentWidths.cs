using System.Collections.Immutable;
using Tcptop.Model;
using Tcptop.Model.Fields;
using Tcptop.Table;
using Tcptop.Table.Formats;

namespace Tcptop.Tui.Grid;

/// <summary>
/// How wide the contents of columns have been. They only grow, so that columns do not dance from refresh to
/// refresh; a new view begins anew. Does not change: <see cref="With"/> makes the next one.
/// </summary>
internal sealed class ContentWidths
{
    public static readonly ContentWidths None = new([], []);

    private readonly ImmutableArray<Column> _columns;
    private readonly int[] _widths;

    private ContentWidths(ImmutableArray<Column> columns, int[] widths) => (_columns, _widths) = (columns, widths);

    /// <summary>0 of a column that was not looked at.</summary>
    public int this[Field field]
    {
        get
        {
            for (var i = 0; i < _columns.Length; i++)
            {
                if (_columns[i].Field == field)
                    return _widths[i];
            }
            return 0;
        }
    }

    /// <summary>These or, where contents of the snapshot are wider, wider ones.</summary>
    public ContentWidths With(Snapshot snapshot, ImmutableArray<Column> columns)
    {
        Span<int> widths = stackalloc int[columns.Length];
        for (var i = 0; i < columns.Length; i++)
            widths[i] = this[columns[i].Field];
        var rows = snapshot.Rows;
        for (var i = 0; i < rows.Length; i++)
            Widen(widths, columns, rows[i], new RowContext(snapshot.FactsOf(i), snapshot.Timestamp));
        var isSame = _columns == columns && widths.SequenceEqual(_widths);
        return isSame ? this : new ContentWidths(columns, widths.ToArray());
    }

    private static void Widen(
        Span<int> widths, ImmutableArray<Column> columns, in ConnectionRecord row, in RowContext context)
    {
        Span<char> text = stackalloc char[ConnectionCell.LongestText];
        for (var i = 0; i < widths.Length; i++)
        {
            if (columns[i].FitsContent)
                widths[i] = Math.Max(
                    widths[i], RuneWidth.Of(text[..ConnectionCell.Format(columns[i].Field, row, context, text)]));
        }
    }
}
