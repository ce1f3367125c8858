namespace Tcptop.Tui;

public sealed record FullScreenOptions
{
    /// <summary>Time between refreshes; shown, nothing else: the refreshes are the caller's.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>No colour. The environment variable NO_COLOR asks for the same.</summary>
    public bool NoColor { get; init; }
}
