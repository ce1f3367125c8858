namespace Tcptop.Table;

/// <summary>What rows are sorted by: a column of the screen, or the rates in and out together, which have none.</summary>
public enum SortColumn
{
    RateTotal,
    Protocol,
    Local,
    Remote,
    Pid,
    Process,
    State,
    RateIn,
    RateOut,
    Rtt,
    BytesIn,
    BytesOut,
    PacketsIn,
    PacketsOut,
    Container,
}

public readonly record struct SortOrder(SortColumn Column, bool IsDescending)
{
    /// <summary>What moves most comes first.</summary>
    public static SortOrder Default => By(SortColumn.RateTotal);

    /// <summary>In the direction that one wants to see first: quantities from the most, names and numbers of things from the first.</summary>
    public static SortOrder By(SortColumn column) => new(column, column is
        SortColumn.RateTotal or SortColumn.RateIn or SortColumn.RateOut or SortColumn.Rtt or
        SortColumn.BytesIn or SortColumn.BytesOut or SortColumn.PacketsIn or SortColumn.PacketsOut);

    /// <summary>By that column; the other way round where it is so sorted already.</summary>
    public SortOrder ThenBy(SortColumn column) => column == Column ? this with { IsDescending = !IsDescending } : By(column);
}
