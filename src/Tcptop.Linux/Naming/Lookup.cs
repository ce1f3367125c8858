namespace Tcptop.Linux.Naming;

/// <summary>A question to the host that a worker asks: it may take long, or for ever.</summary>
internal abstract class Lookup
{
    /// <summary>Asks, and keeps the answer.</summary>
    public abstract void Run();

    /// <summary>
    /// For the workers, under their lock: when it was begun, by <see cref="Environment.TickCount64"/>.
    /// </summary>
    public long StartedAt { get; set; }

    /// <summary>For the workers: somebody may wait for it still.</summary>
    public bool IsOutstanding { get; set; }

    /// <summary>For the workers: it takes so long that its thread is not counted on any more.</summary>
    public bool IsStalled { get; set; }
}
