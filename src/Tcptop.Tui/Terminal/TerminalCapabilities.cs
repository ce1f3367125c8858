using Tcptop.Tui.Cells;

namespace Tcptop.Tui.Terminal;

/// <summary>
/// What the terminal can show, as far as the environment tells; the terminal itself is not asked: some never
/// answer.
/// </summary>
/// <param name="Utf8">It takes UTF-8; else ASCII alone is safe.</param>
/// <param name="HasBlocks">Its font has the eighths of a block, the ellipsis and the arrows.</param>
internal sealed record TerminalCapabilities(ColorDepth Colors, bool Utf8, bool HasBlocks)
{
    private const string LinuxConsole = "linux";

    /// <summary>Terminal types that have 256 colours though their name does not say so.</summary>
    private static readonly string[] ManyColors =
        ["xterm", "tmux", "screen", "alacritty", "foot", "kitty", "wezterm", "ghostty", "konsole", "gnome", "vte",
            "iterm", "mintty", "st"];

    private static readonly string[] Monochrome = ["vt100", "vt102", "vt220", "vt320", "vt420"];

    /// <summary>Whether a terminal of this type can move its cursor at all, as far as its name tells.</summary>
    public static bool CanShowScreen(string? terminalType) => terminalType is not (null or "" or "dumb" or "unknown");

    /// <param name="environment">Value of an environment variable, null when it is not set.</param>
    /// <param name="noColor">The user wants none, whatever the environment says.</param>
    public static TerminalCapabilities Detect(Func<string, string?> environment, bool noColor)
    {
        var type = environment("TERM") ?? "";
        var utf8 = IsUtf8(environment);
        // no-color.org: present and not empty.
        var colors = noColor || !string.IsNullOrEmpty(environment("NO_COLOR"))
            ? ColorDepth.None
            : DepthOf(type, environment("COLORTERM"));
        // The console's font has 512 glyphs at most, and these are rarely among them.
        return new TerminalCapabilities(colors, utf8, utf8 && type != LinuxConsole);
    }

    private static ColorDepth DepthOf(string type, string? colorTerm)
    {
        if (type == LinuxConsole)
            return ColorDepth.Ansi16;
        if (colorTerm is "truecolor" or "24bit" || type.EndsWith("-direct", StringComparison.Ordinal))
            return ColorDepth.TrueColor;
        if (type.Contains("256color", StringComparison.Ordinal))
            return ColorDepth.Indexed256;
        if (type.Contains("16color", StringComparison.Ordinal))
            return ColorDepth.Ansi16;
        var family = type.AsSpan(0, type.AsSpan().IndexOfAny('-', '.') is var end and >= 0 ? end : type.Length);
        if (Contains(Monochrome, family))
            return ColorDepth.None;
        return Contains(ManyColors, family) ? ColorDepth.Indexed256 : ColorDepth.Ansi16;
    }

    private static bool Contains(string[] names, ReadOnlySpan<char> name)
    {
        foreach (var candidate in names)
        {
            if (name.SequenceEqual(candidate))
                return true;
        }
        return false;
    }

    /// <summary>The first that is set and not empty decides, as in setlocale.</summary>
    private static bool IsUtf8(Func<string, string?> environment)
    {
        foreach (var name in (ReadOnlySpan<string>)["LC_ALL", "LC_CTYPE", "LANG"])
        {
            if (environment(name) is not { Length: > 0 } locale)
                continue;
            return locale.Contains("UTF-8", StringComparison.OrdinalIgnoreCase)
                || locale.Contains("UTF8", StringComparison.OrdinalIgnoreCase);
        }
        return false;
    }
}
