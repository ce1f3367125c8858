using Tcptop.Tui.Cells;
using Tcptop.Tui.Look;
using Tcptop.Tui.View;
using Tcptop.Tui.Widgets;

namespace Tcptop.Tui.Screens;

/// <summary>The whole screen: header, connections, status bar; or the help in place of the first two.</summary>
internal sealed class ConnectionScreen(Theme theme, Glyphs glyphs)
{
    private readonly Header _header = new(theme, glyphs);
    private readonly ConnectionList _connections = new(theme, glyphs);
    private readonly HelpOverlay _help = new(theme, glyphs);
    private readonly StatusBar _status = new(theme, glyphs);

    public void Draw(CellBuffer target, ViewState state)
    {
        target.Clear();
        var layout = ScreenLayout.For(target.Height, state.Notes);
        if (state.HelpTop is { } top)
        {
            _help.Draw(target, layout.StatusY, top);
        }
        else
        {
            _header.Draw(target, layout.HeaderLines, state);
            _connections.Draw(target, layout, state);
        }
        if (layout.StatusLines != 0)
            _status.Draw(target, layout.StatusY, state);
    }
}
