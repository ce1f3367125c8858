using System.Collections.Immutable;
using System.Threading.Channels;
using Tcptop.Model.Fields;

namespace Tcptop.Model.Collecting;

/// <summary>
/// Takes a collector's readings one after the other; each is the collector's and valid during the call alone.
/// Connections of which the collector sees what has changed have numbers, and are at rest until it says something
/// of them; the others are read at each refresh.
/// </summary>
public interface IRecordReceiver
{
    /// <summary>Once, before connections are looked at.</summary>
    /// <param name="readNs">When that is, on the clock of <see cref="ConnectionRecord.LastSeenNs"/>.</param>
    void Begin(ulong readNs);

    /// <summary>The reading of a connection without a number: it lives, or it has ended.</summary>
    void Receive(in ConnectionRecord reading);

    /// <summary>The first reading of a connection that is to have a number.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="place">Where the collector has its last reading, for <see cref="IRecordSource"/>.</param>
    /// <returns>The number; its until its final reading, or <see cref="Lose"/>.</returns>
    int Add(in ConnectionRecord reading, int place);

    /// <summary>A further one, which says something else; it may be the final one.</summary>
    /// <returns>False: the number is another connection's; nothing was done.</returns>
    bool TryUpdate(int row, in ConnectionRecord reading);

    /// <summary>
    /// It is not there any more. If it was a connection, its final reading comes next time, by
    /// <see cref="Receive"/>, or it is lost.
    /// </summary>
    void Lose(int row);
}

/// <summary>Has the last readings of connections with numbers, so that no one else has to keep them.</summary>
public interface IRecordSource
{
    /// <summary>
    /// The last reading at that place, outside of a refresh; any thread. It is that of the connection that was added
    /// with it, or another's or of no use, where that one has ended.
    /// </summary>
    void Read(int place, out ConnectionRecord reading);
}

/// <summary>What a collector can and cannot do on this host.</summary>
/// <param name="Name">For the user: <c>eBPF</c>.</param>
/// <param name="Missing">What it would do more of, were the host other than it is.</param>
public sealed record CollectorDescription(string Name, IReadOnlyList<Missing> Missing)
{
    /// <summary>Protocols whose connections it counts; none of what makes events alone.</summary>
    public IReadOnlyList<Protocol> Measures { get; init; } = [];

    /// <summary>The fields that it fills in, where there is something to say; the others are never known.</summary>
    public ImmutableArray<Field> Fields { get; init; } = [];

    /// <summary>Kinds of event that it makes; none of what counts alone.</summary>
    public IReadOnlyList<CollectorEventKind> Events { get; init; } = [];
}

/// <summary>
/// The platform boundary: where connections and what happens to them come from. A collector never sees a rate; what
/// it cannot measure is absent, never 0.
/// </summary>
public interface ICollector : IAsyncDisposable
{
    /// <summary>Known once <see cref="BootstrapExisting"/> has returned.</summary>
    CollectorDescription Description { get; }

    /// <summary>Begins to watch, and takes up the connections that exist already. Once, before all else.</summary>
    /// <exception cref="PrivilegeException">The process lacks a privilege.</exception>
    /// <exception cref="UnsupportedHostException">This host cannot run it.</exception>
    void BootstrapExisting();

    /// <summary>Every place where something can be lost, with its count since start, zeros included.</summary>
    IReadOnlyList<Loss> Losses { get; }

    /// <summary>Detaches everything; nothing stays in the kernel. What was not yet taken is dropped.</summary>
    Task StopAsync();
}

/// <summary>Totals: reads the counters of all connections, again and again.</summary>
public interface INetworkCollector : ICollector, IRecordSource
{
    /// <summary>
    /// Reads the counters: the final reading of each connection that has ended since the last call, exactly once, then
    /// each live one that has changed, or has no number. They go straight to the caller's table rather than through a
    /// buffer: at 100,000 connections the copy would cost as much as all else that user space does in a refresh.
    /// </summary>
    void Collect(IRecordReceiver into);
}

/// <summary>Events: each thing that happens to a socket, as it happens.</summary>
public interface IEventCollector : ICollector
{
    /// <summary>Sends all events to a channel from here on, in place of <see cref="Read"/>.</summary>
    Task StartAsync(ChannelWriter<CollectorEvent> events, CancellationToken cancellation);

    /// <summary>Events that were made and have not been handed over.</summary>
    ulong Waiting { get; }

    /// <summary>Hands over the events that are there, so many at most; returns how many.</summary>
    int Read(IEventReceiver into, int most);

    /// <summary>Blocks until events are there or it is cancelled.</summary>
    void Wait(CancellationToken stop);

    /// <summary>Makes no more events; those that were made can still be read.</summary>
    void Detach();
}
