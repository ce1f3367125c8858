using BenchmarkDotNet.Attributes;
using Tcptop.ScreenBenchmark;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Look;
using Tcptop.Tui.Screens;
using Tcptop.Tui.View;

namespace Tcptop.MicroBenchmarks;

/// <summary>A frame of 200 columns and 50 lines: into cells, and from cells to the terminal's bytes.</summary>
public class Drawing
{
    private const int Width = 200;
    private const int Height = 50;

    private readonly ConnectionScreen _screen = new(Theme.For(ColorDepth.Indexed256), Glyphs.Blocks);
    private readonly CellBuffer _cells = new(Width, Height);
    private readonly FrameDiff _frames = new(ColorDepth.Indexed256, utf8: true);
    private ViewState _state = null!;

    [GlobalSetup]
    public void Fill()
    {
        var host = new Host(1_000);
        _state = new ViewState { Interval = TimeSpan.FromSeconds(1), Started = TimeSpan.Zero }.Resized(Width, Height);
        _state = _state.Show(host.View.Window(_state.Wanted));
        _screen.Draw(_cells, _state);
    }

    [Benchmark]
    public void Cells() => _screen.Draw(_cells, _state);

    [Benchmark]
    public int BytesOfTheWholeScreen()
    {
        _frames.Invalidate();
        return _frames.Encode(_cells).Length;
    }

    [Benchmark]
    public int BytesOfNoChange() => _frames.Encode(_cells).Length;
}
