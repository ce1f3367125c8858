using Tcptop.Collectors.Ebpf.Trace;
using Tcptop.Model;

namespace Tcptop.Cli;

/// <summary>What the user asked of <c>tcptop trace</c>, checked.</summary>
internal sealed record TraceRunOptions
{
    /// <summary>The events that are made.</summary>
    public ConnectionFilter Filter { get; init; } = ConnectionFilter.None;

    public OutputFormat Format { get; init; } = OutputFormat.Text;

    /// <summary>Events until the program ends by itself; null: until it is stopped.</summary>
    public int? Count { get; init; }

    /// <summary>Room for events that wait to be printed: a power of two, of whole pages.</summary>
    public uint BufferBytes { get; init; } = TraceOptions.DefaultBufferBytes;

    public TraceOptions ToCollector() => new() { BufferBytes = BufferBytes, Filter = Filter };
}
