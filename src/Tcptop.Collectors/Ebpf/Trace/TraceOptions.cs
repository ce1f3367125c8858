using Tcptop.Model;

namespace Tcptop.Collectors.Ebpf.Trace;

/// <summary>What is wanted of the trace.</summary>
public sealed record TraceOptions
{
    /// <summary>The kernel side goes through the names one by one, and so, before it runs, does its verifier.</summary>
    public const int MaxProcessNames = TraceNameAbi.MaxCount;

    public const uint DefaultBufferBytes = 4 << 20;

    /// <summary>Room for events that wait to be read: a power of two, of whole pages.</summary>
    public uint BufferBytes { get; init; } = DefaultBufferBytes;

    /// <summary>Which events the kernel side makes; <see cref="MaxProcessNames"/> at most.</summary>
    public ConnectionFilter Filter { get; init; } = ConnectionFilter.None;
}
