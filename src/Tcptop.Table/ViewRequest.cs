using Tcptop.Model;
using Tcptop.Model.Filtering;

namespace Tcptop.Table;

/// <summary>
/// A row, by its place in the order and by its connection where that is known. The connection is what counts,
/// as long as it is there.
/// </summary>
public readonly record struct RowChoice(int Rank, ConnectionKey? Key);

/// <summary>Which rows a screen wants to see, and in which order.</summary>
public sealed record ViewRequest
{
    public SortOrder Order { get; init; } = SortOrder.Default;

    /// <summary>Takes away from the rows that the program's filter wants.</summary>
    public FilterExpression Filter { get; init; } = FilterExpression.Everything;

    /// <summary>What of the host's facts is wanted beside the rows.</summary>
    public HostFact Facts { get; init; }

    /// <summary>Rank of the first line.</summary>
    public int Top { get; init; }

    /// <summary>How many rows are seen at once.</summary>
    public int Lines { get; init; }

    /// <summary>The row that has to be among those seen.</summary>
    public RowChoice? Selected { get; init; }

    /// <summary>
    /// Rows as they were when this was first asked for, however often the table has been refreshed since.
    /// </summary>
    public bool IsPaused { get; init; }
}

/// <summary>What became of a request.</summary>
/// <param name="Request">That which was answered.</param>
/// <param name="First">Rank of the snapshot's first row; there are more rows than are seen, for scrolling at
/// once.</param>
/// <param name="MatchCount">How many rows there are in all.</param>
/// <param name="Top">The request's, moved as little as shows the row that is selected.</param>
/// <param name="Selected">The row that is selected now: the connection, else whichever has come to its place.
/// Null without a request or without rows.</param>
public sealed record ViewAnswer(ViewRequest Request, int First, int MatchCount, int Top, RowChoice? Selected);
