using Tcptop.Testing;

namespace Tcptop.TuiTests;

/// <summary>What the program meant to show, frame by frame, beside what the terminal shows.</summary>
internal sealed class RecordedFrames : IDisposable
{
    public string File { get; } = Path.GetTempFileName();

    public void Dispose() => System.IO.File.Delete(File);

    /// <summary>Waits until the terminal shows the latest frame, cell for cell of text.</summary>
    public void AssertShownOn(TmuxTerminal terminal, string after)
    {
        var (meant, shown) = ("", "");
        Eventually.True(
            () => Read() is { } before && (shown = Trimmed(terminal.Lines)) == (meant = before),
            $"the terminal shows the frame that was meant, after {after}",
            () => $"Meant:\n{meant}\nShown:\n{shown}");
    }

    /// <summary>The latest whole frame, blanks at the ends of lines cut off; null while one is being written.</summary>
    private string? Read()
    {
        // As it is found: one that is cut shorter meanwhile is no error, as it would be to ReadAllBytes.
        var lines = System.IO.File.ReadAllText(File).Split('\n');
        if (lines.Length < 3 || !lines[0].StartsWith("frame ", StringComparison.Ordinal)
            || lines[^2] != $"end {lines[0].Split(' ')[1]}")
            return null;
        return Trimmed(lines[1..^2]);
    }

    private static string Trimmed(string[] lines) => string.Join('\n', lines.Select(line => line.TrimEnd()));
}
