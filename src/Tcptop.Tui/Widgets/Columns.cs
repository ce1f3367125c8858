using Tcptop.Table;

namespace Tcptop.Tui.Widgets;

/// <summary>A column of the table and the widths it takes as the screen grows; see <see cref="ColumnWidths"/>.</summary>
/// <param name="Kind">What it shows, and what a click on its title sorts by.</param>
/// <param name="Least">On a screen of 40 columns.</param>
/// <param name="Narrow">On one of 80: titles and numbers are whole.</param>
/// <param name="Full">On one of 120: everything but long IPv6 addresses is whole.</param>
/// <param name="Most">What the longest content needs.</param>
internal sealed record Column(SortColumn Kind, string Title, bool AlignsRight, int Least, int Narrow, int Full, int Most)
{
    /// <summary>In place of the title where that does not fit.</summary>
    public string ShortTitle { get; init; } = Title;

    /// <summary>Its content differs in length from row to row, so that it may do with less than <see cref="Full"/> or want more.</summary>
    public bool FitsContent => Most > Full || Kind is SortColumn.Process or SortColumn.Pid or SortColumn.State;
}

internal static class Columns
{
    public const int Gap = 1;

    /// <summary>More than there are columns; room for their widths.</summary>
    public const int MaxCount = 16;

    public static readonly Column[] Default =
    [
        new(SortColumn.Protocol, "Proto", false, 3, 5, 5, 5),
        new(SortColumn.Local, "Local", false, 4, 12, 26, 47),
        new(SortColumn.Remote, "Remote", false, 4, 14, 26, 47),
        new(SortColumn.Pid, "PID", true, 3, 7, 7, 7),
        new(SortColumn.Process, "Process", false, 4, 7, 15, 15),
        new(SortColumn.State, "State", false, 3, 5, 11, 12),
        new(SortColumn.RateIn, "Rate In", true, 4, 8, 8, 8) { ShortTitle = "In" },
        new(SortColumn.RateOut, "Rate Out", true, 4, 8, 8, 8) { ShortTitle = "Out" },
        new(SortColumn.Rtt, "RTT", true, 3, 6, 6, 6),
    ];

    /// <summary>The same, and what is asked for with a key.</summary>
    public static readonly Column[] More =
    [
        .. Default,
        new(SortColumn.BytesIn, "Bytes In", true, 4, 8, 8, 8) { ShortTitle = "B In" },
        new(SortColumn.BytesOut, "Bytes Out", true, 4, 9, 9, 9) { ShortTitle = "BOut" },
        new(SortColumn.PacketsIn, "Pkts In", true, 4, 7, 7, 7) { ShortTitle = "P In" },
        new(SortColumn.PacketsOut, "Pkts Out", true, 4, 8, 8, 8) { ShortTitle = "POut" },
        new(SortColumn.Container, "Container", false, 4, 9, 12, 40),
    ];

    public static string NameOf(SortColumn kind)
    {
        foreach (var column in More)
        {
            if (column.Kind == kind)
                return column.Title;
        }
        return "Rate In+Out";
    }
}
