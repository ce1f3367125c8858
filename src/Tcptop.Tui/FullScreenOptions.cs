namespace Tcptop.Tui;

public sealed record FullScreenOptions
{
    /// <summary>Time between refreshes; shown, nothing else: the refreshes are the caller's.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Which connections are shown, in words; empty: all. Shown, nothing else, and made safe for that.</summary>
    public string FilterText { get; init; } = "";

    /// <summary>No colour. The environment variable NO_COLOR asks for the same.</summary>
    public bool NoColor { get; init; }
}
