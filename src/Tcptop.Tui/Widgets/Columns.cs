namespace Tcptop.Tui.Widgets;

internal enum ColumnKind
{
    Protocol,
    Local,
    Remote,
    Pid,
    Process,
    State,
    RateIn,
    RateOut,
    Rtt,
}

/// <summary>A column of the table and the widths it takes as the screen grows; see <see cref="ColumnWidths"/>.</summary>
/// <param name="Least">On a screen of 40 columns.</param>
/// <param name="Narrow">On one of 80: titles and numbers are whole.</param>
/// <param name="Full">On one of 120: everything but long IPv6 addresses is whole.</param>
/// <param name="Most">What the longest content needs.</param>
internal sealed record Column(ColumnKind Kind, string Title, bool AlignsRight, int Least, int Narrow, int Full, int Most)
{
    /// <summary>In place of the title where that does not fit.</summary>
    public string ShortTitle { get; init; } = Title;
}

internal static class Columns
{
    public const int Gap = 1;

    public static readonly Column[] Default =
    [
        new(ColumnKind.Protocol, "Proto", false, 3, 5, 5, 5),
        new(ColumnKind.Local, "Local", false, 4, 12, 26, 47),
        new(ColumnKind.Remote, "Remote", false, 4, 14, 26, 47),
        new(ColumnKind.Pid, "PID", true, 3, 7, 7, 7),
        new(ColumnKind.Process, "Process", false, 4, 7, 15, 15),
        new(ColumnKind.State, "State", false, 3, 5, 11, 12),
        new(ColumnKind.RateIn, "Rate In", true, 4, 8, 8, 8) { ShortTitle = "In" },
        new(ColumnKind.RateOut, "Rate Out", true, 4, 8, 8, 8) { ShortTitle = "Out" },
        new(ColumnKind.Rtt, "RTT", true, 3, 6, 6, 6),
    ];
}
