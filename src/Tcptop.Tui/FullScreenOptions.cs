using Tcptop.Model;

namespace Tcptop.Tui;

public sealed record FullScreenOptions
{
    /// <summary>Time between refreshes at first; the refreshes are the caller's, who is told when the user wants them otherwise.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Which connections are shown, in words; empty: all. Shown, nothing else, and made safe for that.</summary>
    public string FilterText { get; init; } = "";

    /// <summary>What of the host cannot be seen, and what that would need; shown in the header.</summary>
    public IReadOnlyList<Missing> NotSeen { get; init; } = [];

    /// <summary>For the time and how long the view has been there.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>For the time of day.</summary>
    public UtcOffset Local { get; init; } = static _ => TimeSpan.Zero;

    /// <summary>No colour. The environment variable NO_COLOR asks for the same.</summary>
    public bool NoColor { get; init; }
}
