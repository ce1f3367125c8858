using Tcptop.Model;
using Tcptop.Tui.Cells;

namespace Tcptop.Tui.Look;

/// <summary>
/// The styles of the screen. Text stands on the terminal's own background, so each foreground here is of
/// middle brightness, with a contrast of about 4 to 1 or more on black and on white; where a background is
/// set, so is the foreground.
/// </summary>
internal sealed record Theme
{
    /// <summary>Bandwidth tiers from <see cref="BandwidthTier.Idle"/> up.</summary>
    private Style[] Tiers { get; init; } = [];

    public required Style NewConnection { get; init; }

    public required Style ClosedConnection { get; init; }

    public required Style RateIn { get; init; }

    public required Style RateOut { get; init; }

    public required Style Loss { get; init; }

    /// <summary>Of the selected row; what else is to be told of it is told by the colour of its text.</summary>
    private Style Selected { get; init; }

    private Style SelectedNew { get; init; }

    private Style SelectedClosed { get; init; }

    public Style Strong { get; } = new(Attributes: TextAttributes.Bold);

    public Style Faint { get; } = new(Attributes: TextAttributes.Dim);

    public Style Bar { get; } = new(Attributes: TextAttributes.Reverse);

    public Style SortedTitle { get; } = new(Attributes: TextAttributes.Reverse | TextAttributes.Bold);

    /// <summary>Stands out of the bar in any depth of colour.</summary>
    public Style MarkedTitle { get; } = new(Attributes: TextAttributes.Bold | TextAttributes.Underline);

    public Style Paused { get; } = new(Attributes: TextAttributes.Bold);

    /// <summary>The character of the bar that is typed at; the terminal's own cursor stays hidden.</summary>
    public Style Cursor { get; } = new(Attributes: TextAttributes.Underline);

    /// <summary>
    /// Without colours a closing connection is in reverse and a new one is underlined. The tiers are then
    /// dim, normal and bold, with no fourth: bold in reverse is the selected row.
    /// </summary>
    public static Theme For(ColorDepth colors) => colors == ColorDepth.None ? Plain : Colored;

    private static Theme Colored { get; } = new()
    {
        Tiers =
        [
            new(Attributes: TextAttributes.Dim),
            new(),
            new(Color.FromRgb(0xAF, 0x87, 0x00)),
            new(Color.FromRgb(0xD7, 0x5F, 0x00), Attributes: TextAttributes.Bold),
        ],
        NewConnection = new(Color.FromRgb(0x00, 0x87, 0x00)),
        ClosedConnection = new(Color.FromRgb(0xFF, 0xD7, 0xD7), Color.FromRgb(0x5F, 0x00, 0x00)),
        RateIn = new(Color.FromRgb(0x00, 0x87, 0xAF)),
        RateOut = new(Color.FromRgb(0xAF, 0x5F, 0xAF)),
        Loss = new(Color.FromRgb(0xD7, 0x00, 0x00), Attributes: TextAttributes.Bold),
        Selected = new(Color.FromRgb(0xFF, 0xFF, 0xFF), Color.FromRgb(0x00, 0x5F, 0xAF), TextAttributes.Bold),
        SelectedNew = new(Color.FromRgb(0xAF, 0xFF, 0xAF), Color.FromRgb(0x00, 0x5F, 0xAF), TextAttributes.Bold),
        SelectedClosed = new(Color.FromRgb(0xFF, 0xFF, 0xFF), Color.FromRgb(0x87, 0x00, 0x00), TextAttributes.Bold),
    };

    private static Theme Plain { get; } = new()
    {
        Tiers =
        [
            new(Attributes: TextAttributes.Dim),
            new(),
            new(Attributes: TextAttributes.Bold),
            new(Attributes: TextAttributes.Bold),
        ],
        NewConnection = new(Attributes: TextAttributes.Underline),
        ClosedConnection = new(Attributes: TextAttributes.Reverse),
        RateIn = new(),
        RateOut = new(),
        Loss = new(Attributes: TextAttributes.Bold),
        Selected = new(Attributes: TextAttributes.Reverse | TextAttributes.Bold),
        SelectedNew = new(Attributes: TextAttributes.Reverse | TextAttributes.Bold | TextAttributes.Underline),
        SelectedClosed = new(Attributes: TextAttributes.Reverse | TextAttributes.Dim),
    };

    public Style OfRow(in ConnectionRecord row)
    {
        if (row.IsClosed)
            return ClosedConnection;
        return row.IsNew ? NewConnection : Tiers[(int)BandwidthTiers.Of(row)];
    }

    public Style OfSelected(in ConnectionRecord row) =>
        row.IsClosed ? SelectedClosed : row.IsNew ? SelectedNew : Selected;
}
