// What the screen's own work costs, in process and without a terminal. Prints a line for each figure: its
// name, a tab, median and 95th percentile in microseconds, or one number where the name says what of.
// usage: Tcptop.ScreenBenchmark [CONNECTIONS]
using System.Diagnostics;
using System.Globalization;
using Tcptop.Model.Fields;
using Tcptop.Model.Filtering;
using Tcptop.ScreenBenchmark;
using Tcptop.Table;
using Tcptop.Tui.Cells;
using Tcptop.Tui.Look;
using Tcptop.Tui.Screens;
using Tcptop.Tui.View;

const int Rounds = 60;
const int Width = 200;
const int Height = 50;

var connections = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
var host = new Host(connections);
var request = new ViewRequest { Lines = Height - 5 };

// Named as ever, so that figures of different builds can be compared.
(string Name, Field Field)[] sorts =
[
    ("RateTotal", FieldList.RateTotal), ("Protocol", FieldList.Protocol),
    ("Local", FieldList.Local), ("Remote", FieldList.Remote),
    ("Pid", FieldList.Pid), ("Process", FieldList.Process), ("State", FieldList.State),
    ("RateIn", FieldList.RateIn), ("RateOut", FieldList.RateOut), ("Rtt", FieldList.Rtt),
    ("BytesIn", FieldList.BytesIn), ("BytesOut", FieldList.BytesOut),
    ("PacketsIn", FieldList.PacketsIn), ("PacketsOut", FieldList.PacketsOut),
    ("Container", FieldList.Container),
];
foreach (var (name, field) in sorts)
    Measure($"window sort {name}", () => host.View.Window(request with { Order = SortOrder.By(field) }).Dispose());
Measure("window deep",
    () => host.View.Window(request with { Order = SortOrder.By(FieldList.Remote), Top = connections / 2 }).Dispose());
foreach (var text in (string[])["ng", "4", "10.0", "2001:db8", "1:443", "nginx 443 10.0.0.1"])
{
    var filter = FilterParser.Parse(text);
    Measure($"window filter '{text}' again", () => host.View.Window(request with { Filter = filter }).Dispose());
    // A filter of another text begins with nothing remembered, as one being typed does.
    Measure($"window filter '{text}' new", () => host.View.Window(request with { Filter = filter }).Dispose(),
        () => host.View.Window(request with { Filter = FilterParser.Parse("-x") }).Dispose());
}
MeasureDrawing();

void MeasureDrawing()
{
    var screen = new ConnectionScreen(Theme.For(ColorDepth.Indexed256), Glyphs.Blocks);
    var cells = new CellBuffer(Width, Height);
    var frames = new FrameDiff(ColorDepth.Indexed256, utf8: true);
    var state = new ViewState { Interval = TimeSpan.FromSeconds(1), Started = TimeSpan.Zero }.Resized(Width, Height);
    Advance();
    frames.Encode(cells);
    Measure("draw unchanged", Draw);
    var bytes = new List<double>();
    Measure("draw refreshed", () => bytes.Add(DrawAndCount()), Advance);
    Print("bytes of a refreshed frame", bytes);
    Measure("draw all anew", Draw, frames.Invalidate);

    void Draw() => DrawAndCount();

    int DrawAndCount()
    {
        screen.Draw(cells, state);
        return frames.Encode(cells).Length;
    }

    void Advance()
    {
        host.Refresh();
        var replaced = state.Snapshot;
        state = state.Show(host.View.Window(state.Wanted));
        replaced?.Dispose();
    }
}

static void Measure(string name, Action work, Action? before = null)
{
    var times = new List<double>();
    for (var round = -3; round < Rounds; round++)
    {
        before?.Invoke();
        var started = Stopwatch.GetTimestamp();
        work();
        if (round >= 0)
            times.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
    }
    Print(name, times);
}

static void Print(string name, List<double> values)
{
    values.Sort();
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name}\t{values[values.Count / 2]:F1}\t{values[values.Count * 95 / 100]:F1}"));
}
