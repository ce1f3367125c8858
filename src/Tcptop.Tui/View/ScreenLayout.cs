namespace Tcptop.Tui.View;

/// <summary>How many lines each part of the screen has, from the top. The table's rows give way last.</summary>
internal readonly record struct ScreenLayout(int HeaderLines, int TitleLines, int Rows, int StatusLines)
{
    private const int FullHeader = 3;

    public int TitleY => HeaderLines;

    public int RowsY => HeaderLines + TitleLines;

    public int StatusY => RowsY + Rows;

    /// <param name="height">Of the screen.</param>
    /// <param name="notes">Lines for what was lost and what is not seen.</param>
    public static ScreenLayout For(int height, int notes)
    {
        var status = height >= 2 ? 1 : 0;
        var title = height >= 3 ? 1 : 0;
        var header = Math.Clamp(height - status - title - 1, 0, FullHeader + notes);
        return new ScreenLayout(header, title, Math.Max(height - status - title - header, 0), status);
    }
}
