namespace Tcptop.Table;

/// <summary>Which rows of a refresh are written.</summary>
public enum RowChoices
{
    All,

    /// <summary>Of connections that have ended, alone.</summary>
    Closed,

    /// <summary>Those that began, ended, moved something or changed their state since the refresh before.</summary>
    Changed,
}

/// <summary>Which rows of a refresh a file wants, and in which order.</summary>
public sealed record RowsRequest
{
    public SortOrder Order { get; init; } = SortOrder.Default;

    public RowChoices Only { get; init; }

    /// <summary>So many live rows, the first in order. What has ended comes beside them.</summary>
    public int Top { get; init; } = int.MaxValue;

    /// <summary>
    /// As many rows at the most, those that have ended included; what is left out is counted as a loss. What lives
    /// will be seen again, what has ended not: live rows are left out first.
    /// </summary>
    public int MaxRows { get; init; } = int.MaxValue;
}
