namespace Tcptop.Tui.Look;

/// <summary>
/// The few signs that are not ASCII, and what stands for them where there is nothing but ASCII. Each is one
/// column wide.
/// </summary>
/// <param name="Levels">From the lowest of a sparkline to the highest.</param>
internal sealed record Glyphs(string Ellipsis, string Ascending, string Descending, string Levels)
{
    public static readonly Glyphs Blocks = new("…", "↑", "↓", "▁▂▃▄▅▆▇█");

    public static readonly Glyphs Ascii = new("~", "^", "v", "_.:-=+*#");

    public string Arrow(bool isDescending) => isDescending ? Descending : Ascending;
}
