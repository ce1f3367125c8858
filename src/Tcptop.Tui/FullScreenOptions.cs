using System.Collections.Immutable;
using Tcptop.Model;
using Tcptop.Model.Fields;
using Tcptop.Table;

namespace Tcptop.Tui;

public sealed record FullScreenOptions
{
    /// <summary>
    /// Time between refreshes at first; the refreshes are the caller's, who is told when the user wants them
    /// otherwise.
    /// </summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>
    /// Which connections are shown, in words; empty: all. Shown, nothing else, and made safe for that.
    /// </summary>
    public string FilterText { get; init; } = "";

    /// <summary>What of the host cannot be seen, and what that would need; shown in the header.</summary>
    public IReadOnlyList<Missing> NotSeen { get; init; } = [];

    /// <summary>For the time and how long the view has been there.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>For the time of day.</summary>
    public UtcOffset Local { get; init; } = static _ => TimeSpan.Zero;

    /// <summary>The columns; null: the usual ones.</summary>
    public ImmutableArray<Field>? Fields { get; init; }

    /// <summary>What rows are sorted by at first.</summary>
    public SortOrder Order { get; init; } = SortOrder.Default;

    /// <summary>No colour. The environment variable NO_COLOR asks for the same.</summary>
    public bool NoColor { get; init; }
}
