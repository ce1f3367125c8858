namespace Tcptop.Tui.Terminal;

/// <summary>The terminal cannot show the full screen; the message is one line for the user.</summary>
public sealed class TerminalException(string message) : Exception(message);
