using Tcptop.Model;
using Tcptop.Table;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Look;
using Tcptop.Tui.Screens;
using Tcptop.Tui.View;
using Xunit;

namespace Tcptop.UnitTests.Tui;

/// <summary>Whole screens of fixed data, drawn into cells and compared with what is written out in a test.</summary>
internal static class Frames
{
    public const double KB = 1024;
    public const double MB = 1024 * KB;

    public static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The same as snapshots without a table have it.</summary>
    public static readonly TimeSpan SteadyStart = Start - DateTimeOffset.UnixEpoch;

    public static readonly ConnectionRecord[] Rows =
    [
        Connections.Tcp("192.168.1.10:443", "203.0.113.77:51234").OwnedBy(1234, "nginx")
            .Moving(340 * KB, 1.2 * MB, 12_300)
            with { BytesIn = 123_456_789, BytesOut = 5_000_000_000, PacketsIn = 999, PacketsOut = 1_234_567 },
        Connections.Tcp("[2001:db8::10]:22", "[2001:db8:85a3:1234:5678:8a2e:370:7334]:60022").OwnedBy(4194304, "sshd")
            .Moving(17, 0, 85),
        Connections.Udp("10.0.0.1:53", "10.0.0.2:40000").OwnedBy(53, "日本語ネーム"),
        Connections.Tcp("192.168.100.200:55555", "198.51.100.200:8443", TcpState.Close).OwnedBy(99, "ev\u001bil\n")
            .Moving(0, 12 * MB, 1_500_000) with { IsClosed = true },
        Connections.Tcp("127.0.0.1:9000", "127.0.0.1:9001", TcpState.SynSent) with { IsNew = true },
    ];

    public static ConnectionRecord Listener =>
        Connections.Tcp("0.0.0.0:9000", "0.0.0.0:0", TcpState.Listen).OwnedBy(99, "srv") with { HasCounters = false };

    public static ViewState Empty => new() { Interval = TimeSpan.FromSeconds(1) };

    /// <summary>A connection, its listener, and what the kernel keeps in place of a socket in that state.</summary>
    public static ConnectionRecord[] WithOthers(TcpState state) =>
    [
        Connections.Tcp("127.0.0.1:9000", "127.0.0.1:9001").OwnedBy(99, "srv").Moving(0, 0, 85),
        Listener,
        Connections.Tcp("127.0.0.1:9002", "127.0.0.1:9", state) with { HasCounters = false },
    ];

    /// <summary>Eleven refreshes: rates in from 0 to 10 MB/s and rates out all alike.</summary>
    public static ViewState State(IReadOnlyList<Loss>? losses = null)
    {
        var state = Empty;
        for (var second = 0; second <= 10; second++)
        {
            var totals = new HostTotals(
                (ulong)(55 * MB), (ulong)(15 * KB), second == 0 ? null : second * MB, second == 0 ? null : 1.5 * KB);
            state = state.Show(Snapshot.Of(Rows, Start.AddSeconds(second), totals, losses));
        }
        return state;
    }

    public static CellBuffer Draw(int width, int height, ViewState state, Glyphs? glyphs = null)
    {
        var cells = new CellBuffer(width, height);
        var screen = new ConnectionScreen(Theme.For(ColorDepth.TrueColor), glyphs ?? Glyphs.Blocks);
        screen.Draw(cells, state with { Width = width, Height = height });
        return cells;
    }

    public static void AssertFrame(int width, int height, ViewState state, string expected, Glyphs? glyphs = null) =>
        Assert.Equal(expected, ScreenText.Of(Draw(width, height, state, glyphs)));
}
