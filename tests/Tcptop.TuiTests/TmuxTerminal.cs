using System.Globalization;
using Tcptop.Testing;

namespace Tcptop.TuiTests;

/// <summary>A shell in a terminal that tmux emulates, with the test at its keyboard and before its screen.</summary>
internal sealed class TmuxTerminal : IDisposable
{
    private static int _count;

    private readonly string _server = $"tcptop-tests-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";

    /// <param name="environment">NAME=VALUE, on top of a UTF-8 locale and 256 colours; <c>-uNAME</c> takes
    /// one away.</param>
    public TmuxTerminal(int width, int height, params string[] environment)
    {
        var rcFile = Path.Combine(AppContext.BaseDirectory, "terminal.bashrc");
        string[] shell =
        [
            "env", "-uCOLORTERM", "-uNO_COLOR", "-uLC_ALL", "-uLC_CTYPE", .. environment.Where(IsRemoval),
            "LANG=C.UTF-8", .. environment.Where(setting => !IsRemoval(setting)),
            "bash", "--noprofile", "--rcfile", rcFile, "-i",
        ];
        Tmux(
            "-f", "/dev/null", "start-server", ";",
            "set-option", "-g", "default-terminal", "tmux-256color", ";",
            "new-session", "-d", "-x", Text(width), "-y", Text(height),
            string.Join(' ', shell.Select(word => $"'{word}'")));
        WaitFor(screen => screen.StartsWith('$'), "the shell is ready");
    }

    /// <summary>The lines of the screen, blanks at their ends cut off.</summary>
    public string Screen => Tmux("capture-pane", "-p").TrimEnd('\n');

    public string[] Lines => Tmux("capture-pane", "-p").Split('\n')[..^1];

    /// <summary>The same with the colours as escape sequences.</summary>
    public string StyledScreen => Tmux("capture-pane", "-p", "-e");

    public bool ShowsAlternateScreen => Ask("#{alternate_on}") == "1";

    public bool ShowsCursor => Ask("#{cursor_flag}") == "1";

    /// <summary>The program asks for what the mouse does.</summary>
    public bool HearsMouse => Ask("#{mouse_any_flag}") == "1";

    public (int Width, int Height) Size
    {
        get
        {
            var size = Ask("#{pane_width} #{pane_height}").Split(' ');
            return (int.Parse(size[0], CultureInfo.InvariantCulture), int.Parse(size[1], CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The program that the shell has started and that is not its own.</summary>
    public int ChildId
    {
        get
        {
            var shell = Ask("#{pane_pid}");
            var id = 0;
            string Children() => File.ReadAllText($"/proc/{shell}/task/{shell}/children").Trim();
            Eventually.True(
                () => int.TryParse(Children(), CultureInfo.InvariantCulture, out id), "the shell has one child");
            return id;
        }
    }

    /// <summary>Starts the real program with its exit and the terminal's modes told afterwards.</summary>
    public static TmuxTerminal WithTcptop(int width, int height, string arguments = "", params string[] environment)
    {
        var terminal = new TmuxTerminal(width, height, environment);
        terminal.TypeLine($"run '{Programs.Tcptop}' {arguments}");
        terminal.WaitFor(screen => screen.Contains("q quit", StringComparison.Ordinal), "the screen appears");
        return terminal;
    }

    /// <summary>
    /// The same, with each frame as it was meant to be in a file, and Ctrl-\ as a fault of the program.
    /// </summary>
    public static TmuxTerminal WithRecordedFrames(int width, int height, string file, string arguments = "")
    {
        var terminal = new TmuxTerminal(width, height);
        terminal.TypeLine($"TCPTOP_TEST_FRAMES_FD=9 run '{Programs.Tcptop}' {arguments} 9>'{file}'");
        terminal.WaitFor(screen => screen.Contains("q quit", StringComparison.Ordinal), "the screen appears");
        return terminal;
    }

    public void TypeLine(string text)
    {
        Tmux("send-keys", "-l", text);
        Press("Enter");
    }

    /// <summary>A key by tmux's name for it: <c>q</c>, <c>C-c</c>, <c>Up</c>.</summary>
    public void Press(string key) => Tmux("send-keys", key);

    /// <summary>Bytes as the terminal itself would send them.</summary>
    public void Send(string bytes) => Tmux("send-keys", "-l", bytes);

    /// <summary>As with the mouse or from a clipboard: in brackets, if the program has asked for them.</summary>
    public void Paste(string text)
    {
        Tmux("set-buffer", "--", text);
        Tmux("paste-buffer", "-p");
    }

    /// <summary>The rows that a test means, out of those of a host in use.</summary>
    public void TypeFilter(string words)
    {
        Press("/");
        Send(words);
    }

    public void Resize(int width, int height) => Tmux("resize-window", "-x", Text(width), "-y", Text(height));

    public void WaitFor(Func<string, bool> condition, string promise) =>
        Eventually.True(() => condition(Screen), promise, () => $"The screen:\n{Screen}");

    public void WaitForLine(Func<string, bool> condition, string promise) =>
        WaitFor(screen => screen.Split('\n').Any(condition), promise);

    /// <summary>
    /// As when the window is closed: the shell and what runs in it get SIGHUP and the terminal is gone.
    /// </summary>
    public void Dispose() => Tool.Run("tmux", "-L", _server, "kill-server");

    private static bool IsRemoval(string setting) => setting.StartsWith("-u", StringComparison.Ordinal);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private string Ask(string format) => Tmux("display-message", "-p", format).Trim();

    private string Tmux(params string[] arguments) => Tool.Must("tmux", ["-u", "-L", _server, .. arguments]);
}
