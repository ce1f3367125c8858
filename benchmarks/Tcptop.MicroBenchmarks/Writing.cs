using System.Buffers;
using BenchmarkDotNet.Attributes;
using Tcptop.Model;
using Tcptop.Outputs;
using Tcptop.Outputs.Csv;
using Tcptop.Outputs.Json;
using Tcptop.Outputs.Text;
using Tcptop.Outputs.Trace;
using Tcptop.ScreenBenchmark;
using Tcptop.Table;

namespace Tcptop.MicroBenchmarks;

/// <summary>Rows and events as text; each figure is of one.</summary>
public class Writing : IDisposable
{
    private const int Rows = 1_000;

    private readonly ArrayBufferWriter<byte> _buffer = new(1 << 20);
    // The host's answers are remembered for seconds: what they cost is no part of a row.
    private readonly CsvOutput _csv = new(NoHostFacts.Instance);
    private readonly JsonLinesOutput _json = new(NoHostFacts.Instance);
    private readonly TextOutput _text = new(new TextOptions(), NoHostFacts.Instance);
    private readonly TraceTextOutput _traceText = new(new EventClock(TimeProvider.System, _ => TimeSpan.Zero, () => 0));
    private readonly TraceJsonOutput _traceJson = new(new EventClock(TimeProvider.System, _ => TimeSpan.Zero, () => 0));
    private Snapshot _snapshot = null!;
    private CollectorEvent _event;

    [GlobalSetup]
    public void Fill()
    {
        _snapshot = new Host(Rows).View.Window(new ViewRequest { Lines = Rows });
        if (_snapshot.Rows.Length != Rows)
            throw new InvalidOperationException($"{_snapshot.Rows.Length} rows, where {Rows} are meant");
        var row = _snapshot.Rows[0];
        _event = new CollectorEvent
        {
            Kind = CollectorEventKind.TcpSend,
            TimeNs = 1,
            Pid = row.Owner.Pid,
            ProcessName = row.ProcessName,
            Local = row.Local,
            Remote = row.Remote,
            Bytes = 1_400,
            RttUs = 85,
        };
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public int CsvRow() => Write(_csv);

    [Benchmark(OperationsPerInvoke = Rows)]
    public int JsonRow() => Write(_json);

    [Benchmark(OperationsPerInvoke = Rows)]
    public int TextRow() => Write(_text);

    [Benchmark]
    public int TraceTextLine() => Write(_traceText);

    [Benchmark]
    public int TraceJsonLine() => Write(_traceJson);

    [GlobalCleanup]
    public void Dispose()
    {
        _snapshot.Dispose();
        _json.Dispose();
        GC.SuppressFinalize(this);
    }

    private int Write(IOutput output)
    {
        _buffer.ResetWrittenCount();
        output.BeginRows(_snapshot, _buffer);
        output.WriteRows(_snapshot, 0, Rows, _buffer);
        output.EndRows(_snapshot, _buffer);
        return _buffer.WrittenCount;
    }

    private int Write(ITraceOutput output)
    {
        _buffer.ResetWrittenCount();
        output.Write(_event, _buffer);
        return _buffer.WrittenCount;
    }
}
