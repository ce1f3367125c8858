namespace Tcptop.Tui.Cells;

/// <summary>How many colours a terminal shows.</summary>
internal enum ColorDepth
{
    /// <summary>No colour at all; bold, dim, underline and reverse still work.</summary>
    None,
    Ansi16,
    Indexed256,
    TrueColor,
}
