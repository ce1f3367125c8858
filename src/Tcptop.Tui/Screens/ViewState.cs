using Tcptop.Table;
using Tcptop.Table.Formats;

namespace Tcptop.Tui.Screens;

internal sealed record SortOrder(string Name, bool IsDescending);

/// <summary>All that the screen shows; a refresh or a key makes a new one. Drawing only reads it.</summary>
internal sealed record ViewState
{
    /// <summary>Whoever keeps the state owns it: replacing it here does not dispose it. Null before the first refresh.</summary>
    public Snapshot? Snapshot { get; private init; }

    public RateHistory RateIn { get; private init; } = RateHistory.Empty;

    public RateHistory RateOut { get; private init; } = RateHistory.Empty;

    public SortOrder Sort { get; init; } = new("Rate In+Out", IsDescending: true);

    public required TimeSpan Interval { get; init; }

    /// <summary>Which connections are shown; empty: all. Escaped when it is set, for it holds what the user typed.</summary>
    public string FilterText { get; init => field = SafeText.Escape(value); } = "";

    public bool HasLosses => Snapshot is { Losses.Count: > 0 };

    public ViewState Show(Snapshot snapshot) => this with
    {
        Snapshot = snapshot,
        RateIn = RateIn.Advance(snapshot.Timestamp, snapshot.Totals.RateIn),
        RateOut = RateOut.Advance(snapshot.Timestamp, snapshot.Totals.RateOut),
    };
}
