using System.Threading.Channels;

namespace Tcptop.Model;

/// <summary>Takes a collector's readings one after the other; the sample is the collector's and is valid during the call alone.</summary>
public interface ISampleReceiver
{
    /// <summary>About how many live samples follow; called before the first one.</summary>
    void Expect(int liveSamples);

    void Receive(in ConnectionSample sample);
}

/// <summary>What a collector can and cannot measure on this host.</summary>
/// <param name="Name">For the user: <c>eBPF</c>.</param>
/// <param name="Measures">Protocols whose connections it counts.</param>
/// <param name="Streams">Kinds of event it can put on the channel.</param>
/// <param name="Missing">What it would do more of, were the host other than it is.</param>
public sealed record CollectorDescription(
    string Name,
    IReadOnlyList<Protocol> Measures,
    IReadOnlyList<CollectorEventKind> Streams,
    IReadOnlyList<Missing> Missing);

/// <summary>
/// The platform boundary: where connections and their counters come from. Calls come in the order of the members. A collector never
/// sees a rate; what it cannot measure is absent, never 0.
/// </summary>
public interface INetworkCollector : IAsyncDisposable
{
    /// <summary>Known once <see cref="BootstrapExisting"/> has returned.</summary>
    CollectorDescription Description { get; }

    /// <summary>Takes up the connections that exist already. Once, before <see cref="StartAsync"/>.</summary>
    void BootstrapExisting();

    /// <summary>
    /// Begins to watch. Events of the kinds in <see cref="CollectorDescription.Streams"/> go to <paramref name="events"/>; null asks for
    /// none, and then none is made in the kernel either.
    /// </summary>
    Task StartAsync(ChannelWriter<CollectorEvent>? events, CancellationToken cancellation);

    /// <summary>
    /// Reads the counters: each live connection once, then the final reading of each that has ended since the last call, exactly once.
    /// Readings go straight to the caller's table rather than through a buffer of samples: at 100,000 connections the copy would cost
    /// as much as all else that user space does in a refresh.
    /// </summary>
    void Collect(ISampleReceiver into);

    /// <summary>Every place where something can be lost, with its count since start, zeros included.</summary>
    IReadOnlyList<Loss> Losses { get; }

    /// <summary>Detaches everything; nothing stays in the kernel. Final readings not yet collected are dropped.</summary>
    Task StopAsync();
}

/// <summary>This host cannot run the collector; the message is one line for the user.</summary>
public sealed class UnsupportedHostException(string message, IReadOnlyList<Missing> missing) : Exception(message)
{
    public IReadOnlyList<Missing> Missing { get; } = missing;
}

/// <summary>The process lacks a privilege.</summary>
/// <param name="words">What there is to say of it, if it is not which are missing.</param>
public sealed class PrivilegeException(
    IReadOnlyList<string> missingCapabilities, bool isPartial, string? words = null)
    : Exception(words ?? $"This process lacks {string.Join(" and ", missingCapabilities)}")
{
    public IReadOnlyList<string> MissingCapabilities { get; } = missingCapabilities;

    /// <summary>
    /// It has some of what is needed, or seems to, so somebody gave it capabilities on purpose and
    /// wants to know what is wrong.
    /// </summary>
    public bool IsPartial { get; } = isPartial;
}
