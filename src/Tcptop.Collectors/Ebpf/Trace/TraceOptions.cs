using System.Collections.Immutable;

namespace Tcptop.Collectors.Ebpf.Trace;

/// <summary>What is wanted of the trace.</summary>
public sealed record TraceOptions
{
    public const uint DefaultBufferBytes = 4 << 20;

    /// <summary>Room for events that wait to be read: a power of two, of whole pages.</summary>
    public uint BufferBytes { get; init; } = DefaultBufferBytes;

    public TraceFilter Filter { get; init; } = new();
}

/// <summary>
/// Which events the kernel side makes. Of the conditions of one kind one must hold, and of every kind that
/// has any.
/// </summary>
public sealed record TraceFilter
{
    /// <summary>The kernel side goes through the names one by one, and so, before it runs, does its verifier.</summary>
    public const int MaxProcessNames = TraceNameAbi.MaxCount;

    public bool Tcp { get; init; } = true;

    public bool Udp { get; init; } = true;

    /// <summary>At either end.</summary>
    public ImmutableArray<ushort> Ports { get; init; } = [];

    public ImmutableArray<ushort> LocalPorts { get; init; } = [];

    public ImmutableArray<ushort> RemotePorts { get; init; } = [];

    public ImmutableArray<uint> Pids { get; init; } = [];

    /// <summary>
    /// Parts of names; letters of ASCII in upper or lower case. <see cref="MaxProcessNames"/> at most.
    /// </summary>
    public ImmutableArray<string> ProcessNames { get; init; } = [];

    /// <summary>Whole names of devices.</summary>
    public ImmutableArray<string> Interfaces { get; init; } = [];
}
