using System.Text;
using Tcptop.Model;
using Tcptop.Table;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Look;
using Tcptop.Tui.Screens;
using Xunit;

namespace Tcptop.UnitTests.Tui;

/// <summary>
/// The bytes of a whole frame in each depth of colour: a row of each kind, the last of them selected. ESC is
/// written ^, and each line of the screen is one here.
/// </summary>
public sealed class ColorDepthFrameTests
{
    [Fact]
    public void Without_colours() => AssertBytes(ColorDepth.None, """
        ^?2026h^0m^2J^1;1H
        ^0;1mConnections 6 (TCP 6, UDP 0)^2;1H
        ^0mIn^9C^0;1m-^3;1H
        ^0mOut^8C^0;1m-^4;1H
        ^0;7mPr~ Loc~ Rem~ PID Pro~ St~   In  Out RTT^5;1H
        ^0;2mtcp^1C1~:1^1C1~:2^3C-^1C-^4CES~^4C-^4C-^3C-^6;1H
        ^0mtcp 1~:1 1~:2   - -    ES~ 4.9K   0B   -^7;1H
        ^0;1mtcp^1C1~:1^1C1~:2^3C-^1C-^4CES~^1C488K^3C0B^3C-^8;1H
        tcp^1C1~:1^1C1~:2^3C-^1C-^4CES~^2C48M^3C0B^3C-^9;1H
        ^0;4mtcp^1C1~:1^1C1~:2^3C-^1C-^4CES~^4C-^4C-^3C-^10;1H
        ^0;7mtcp 1~:1 1~:2   - -    ES~    -    -   -^11;1H
        ^0;1;7mtcp 1~:1 1~:2   - -    ES~    -    -   -^12;1H
        ^0;7m Sort: Rate In+Out v  every 1 s  q quit ^0m^?2026l
        """);

    [Fact]
    public void With_16_colours() => AssertBytes(ColorDepth.Ansi16, """
        ^?2026h^0m^2J^1;1H
        ^0;1mConnections 6 (TCP 6, UDP 0)^2;1H
        ^0mIn^9C^0;1m-^3;1H
        ^0mOut^8C^0;1m-^4;1H
        ^0;7mPr~ Loc~ Rem~ PID Pro~ St~   In  Out RTT^5;1H
        ^0;2mtcp^1C1~:1^1C1~:2^3C-^1C-^4CES~^4C-^4C-^3C-^6;1H
        ^0mtcp 1~:1 1~:2   - -    ES~ 4.9K   0B   -^7;1H
        ^0;33mtcp^1C1~:1^1C1~:2^3C-^1C-^4CES~^1C488K^3C0B^3C-^8;1H
        ^0;1;33mtcp^1C1~:1^1C1~:2^3C-^1C-^4CES~^2C48M^3C0B^3C-^9;1H
        ^0;32mtcp^1C1~:1^1C1~:2^3C-^1C-^4CES~^4C-^4C-^3C-^10;1H
        ^0;97;41mtcp 1~:1 1~:2   - -    ES~    -    -   -^11;1H
        ^0;1;97;46mtcp 1~:1 1~:2   - -    ES~    -    -   -^12;1H
        ^0;7m Sort: Rate In+Out v  every 1 s  q quit ^0m^?2026l
        """);

    [Fact]
    public void With_256_colours() => AssertBytes(ColorDepth.Indexed256, """
        ^?2026h^0m^2J^1;1H
        ^0;1mConnections 6 (TCP 6, UDP 0)^2;1H
        ^0mIn^9C^0;1m-^3;1H
        ^0mOut^8C^0;1m-^4;1H
        ^0;7mPr~ Loc~ Rem~ PID Pro~ St~   In  Out RTT^5;1H
        ^0;2mtcp^1C1~:1^1C1~:2^3C-^1C-^4CES~^4C-^4C-^3C-^6;1H
        ^0mtcp 1~:1 1~:2   - -    ES~ 4.9K   0B   -^7;1H
        ^0;38;5;136mtcp^1C1~:1^1C1~:2^3C-^1C-^4CES~^1C488K^3C0B^3C-^8;1H
        ^0;1;38;5;166mtcp^1C1~:1^1C1~:2^3C-^1C-^4CES~^2C48M^3C0B^3C-^9;1H
        ^0;38;5;28mtcp^1C1~:1^1C1~:2^3C-^1C-^4CES~^4C-^4C-^3C-^10;1H
        ^0;38;5;224;48;5;52mtcp 1~:1 1~:2   - -    ES~    -    -   -^11;1H
        ^0;1;38;5;231;48;5;25mtcp 1~:1 1~:2   - -    ES~    -    -   -^12;1H
        ^0;7m Sort: Rate In+Out v  every 1 s  q quit ^0m^?2026l
        """);

    [Fact]
    public void In_true_colour() => AssertBytes(ColorDepth.TrueColor, """
        ^?2026h^0m^2J^1;1H
        ^0;1mConnections 6 (TCP 6, UDP 0)^2;1H
        ^0mIn^9C^0;1m-^3;1H
        ^0mOut^8C^0;1m-^4;1H
        ^0;7mPr~ Loc~ Rem~ PID Pro~ St~   In  Out RTT^5;1H
        ^0;2mtcp^1C1~:1^1C1~:2^3C-^1C-^4CES~^4C-^4C-^3C-^6;1H
        ^0mtcp 1~:1 1~:2   - -    ES~ 4.9K   0B   -^7;1H
        ^0;38;2;175;135;0mtcp^1C1~:1^1C1~:2^3C-^1C-^4CES~^1C488K^3C0B^3C-^8;1H
        ^0;1;38;2;215;95;0mtcp^1C1~:1^1C1~:2^3C-^1C-^4CES~^2C48M^3C0B^3C-^9;1H
        ^0;38;2;0;135;0mtcp^1C1~:1^1C1~:2^3C-^1C-^4CES~^4C-^4C-^3C-^10;1H
        ^0;38;2;255;215;215;48;2;95;0;0mtcp 1~:1 1~:2   - -    ES~    -    -   -^11;1H
        ^0;1;38;2;255;255;255;48;2;0;95;175mtcp 1~:1 1~:2   - -    ES~    -    -   -^12;1H
        ^0;7m Sort: Rate In+Out v  every 1 s  q quit ^0m^?2026l
        """);

    private static void AssertBytes(ColorDepth depth, string expected)
    {
        var row = Connections.Tcp("10.0.0.1:1", "10.0.0.2:2");
        ConnectionRecord[] rows =
        [
            row,
            row.Moving(5_000, 0),
            row.Moving(500_000, 0),
            row.Moving(50_000_000, 0),
            row with { IsNew = true },
            row with { IsClosed = true },
            row with { Key = new ConnectionKey(2, 2) },
        ];
        var shown = Frames.Empty.Resized(40, 12).Show(Snapshot.Of(rows, Frames.Start));
        var state = shown with { Selected = new RowChoice(6, rows[6].Key) };
        var cells = new CellBuffer(40, 12);
        new ConnectionScreen(Theme.For(depth), Glyphs.Ascii).Draw(cells, state);
        var bytes = Encoding.UTF8.GetString(new FrameDiff(depth, utf8: true).Encode(cells).Span);
        var visible = bytes.Replace('\e', '^')
            .Replace("^[", "^", StringComparison.Ordinal)
            .Replace(";1H", ";1H\n", StringComparison.Ordinal);
        Assert.Equal(expected, visible);
    }
}
