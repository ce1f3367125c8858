using Tcptop.Table;

namespace Tcptop.Tui;

/// <summary>What the user of the screen wants to see.</summary>
/// <param name="View">Which rows.</param>
/// <param name="Interval">Time between refreshes.</param>
public sealed record ScreenWishes(ViewRequest View, TimeSpan Interval);
