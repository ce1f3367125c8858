using BenchmarkDotNet.Attributes;
using Tcptop.Model.Fields;
using Tcptop.ScreenBenchmark;
using Tcptop.Table;

namespace Tcptop.MicroBenchmarks;

/// <summary>
/// A refresh of so many connections, and what is cut out of the table behind it. The host is that of the
/// benchmark of the screen.
/// </summary>
public class Refreshing
{
    private Host _host = null!;
    private ViewRequest _byRate = null!;
    private ViewRequest _byRemote = null!;

    [Params(10_000, 100_000)]
    public int Connections { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _host = new Host(Connections);
        _byRate = new ViewRequest { Lines = 45 };
        _byRemote = _byRate with { Order = SortOrder.By(FieldList.Remote), Top = Connections / 2 };
    }

    [Benchmark]
    public void TableUpdate() => _host.Refresh();

    [Benchmark]
    public void WindowByRate() => _host.View.Window(_byRate).Dispose();

    [Benchmark]
    public void WindowInTheMiddleByRemote() => _host.View.Window(_byRemote).Dispose();
}
