namespace Tcptop.Tui.Input;

/// <summary>What the user wants done.</summary>
internal enum Command
{
    None,
    Quit,
    Suspend,
    Repaint,
}
