using System.Diagnostics;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.TuiTests;

/// <summary>
/// Random keys and sizes, with the frame always what the terminal shows. The seed is in the failure's text.
/// </summary>
public sealed class StormTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(60);

    private static readonly string[] Keys =
    [
        "j", "k", "Up", "Down", "PPage", "NPage", "Home", "End", "r", "R", "p", "n", "s", "t", "a", "A", "P", "b",
        "Tab", "BTab", "Left", "Right", "Enter",
        "/", "1", "2", "7", ".", "e", "BSpace", "C-u", "C-w", "Escape", "c", "?", "Space", "+", "-", "C-l", "F1", "F2",
        "F6", "x", "é", "日", "F5",
    ];

    [Fact]
    public void Two_hundred_random_sizes_leave_a_screen_that_fits()
    {
        using var frames = new RecordedFrames();
        using var traffic = new SteadyTraffic();
        using var terminal = TmuxTerminal.WithRecordedFrames(120, 30, frames.File, "--interval 0.2");
        var random = new Random(200);
        for (var i = 1; i <= 200; i++)
        {
            var (width, height) = (random.Next(1, 220), random.Next(1, 60));
            terminal.Resize(width, height);
            if (i % 20 == 0)
                frames.AssertShownOn(terminal, $"{i} sizes, the last {width}x{height}");
        }
        terminal.Resize(120, 30);
        terminal.TypeFilter($"{traffic.Client} {traffic.Server}");
        terminal.WaitForLine(traffic.IsClientRow, "the connection is still shown");
    }

    [Fact]
    public void Whatever_is_pressed_and_however_the_window_is_drawn_the_terminal_shows_the_frame_that_was_meant()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        using var frames = new RecordedFrames();
        using var traffic = new SteadyTraffic();
        var pairs = Enumerable.Range(0, 30).Select(_ => new LoopbackPair()).ToList();
        using var terminal = TmuxTerminal.WithRecordedFrames(120, 30, frames.File, "--interval 0.5");
        for (var started = Stopwatch.StartNew(); started.Elapsed < Length;)
        {
            var pressed = new List<string>();
            for (var i = random.Next(1, 5); i > 0; i--)
                pressed.Add(Disturb(terminal, pairs, random));
            frames.AssertShownOn(terminal, $"{string.Join(", ", pressed)} (seed {seed})");
        }
        foreach (var pair in pairs)
            pair.Dispose();
        // The last size may have no room for what the shell then says.
        terminal.Resize(120, 30);
        // Out of help, filter and pause, whichever it is in.
        terminal.Press("C-c");
        terminal.WaitForLine(line => line == "same modes", "it ends");
    }

    private static string Disturb(TmuxTerminal terminal, List<LoopbackPair> pairs, Random random)
    {
        switch (random.Next(12))
        {
            case 0:
                var (width, height) = (random.Next(1, 200), random.Next(1, 50));
                terminal.Resize(width, height);
                return $"{width}x{height}";
            case 1:
                var at = random.Next(pairs.Count);
                pairs[at].Dispose();
                pairs[at] = new LoopbackPair();
                return "a new connection";
            case 2:
                var mouse = $"\e[<{((int[])[0, 64, 65])[random.Next(3)]};{random.Next(1, 120)};{random.Next(1, 30)}M";
                terminal.Send(mouse);
                return mouse[1..];
            default:
                var key = Keys[random.Next(Keys.Length)];
                terminal.Press(key);
                return key;
        }
    }
}
