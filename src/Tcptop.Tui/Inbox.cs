using Tcptop.Linux;
using Tcptop.Table;

namespace Tcptop.Tui;

[Flags]
internal enum Notices
{
    None = 0,
    Quit = 1,
    Resized = 2,

    /// <summary>The process runs again after it was stopped; others may have used the terminal.</summary>
    Continued = 4,
}

/// <summary>
/// What other threads have for the screen's thread. Posting never waits: of snapshots the latest wins.
/// </summary>
internal sealed class Inbox : IDisposable
{
    private Snapshot? _snapshot;
    private int _notices;
    private bool _isClosed;

    /// <summary>Raised by each post.</summary>
    public WakeSignal Wake { get; } = new();

    /// <summary>Takes ownership, also when nobody will look any more.</summary>
    public void Post(Snapshot snapshot)
    {
        Interlocked.Exchange(ref _snapshot, snapshot)?.Dispose();
        if (Volatile.Read(ref _isClosed))
            TakeSnapshot()?.Dispose();
        Wake.Signal();
    }

    public void Post(Notices notices)
    {
        Interlocked.Or(ref _notices, (int)notices);
        Wake.Signal();
    }

    public Snapshot? TakeSnapshot() => Interlocked.Exchange(ref _snapshot, null);

    public Notices TakeNotices() => (Notices)Interlocked.Exchange(ref _notices, 0);

    public void Dispose()
    {
        Volatile.Write(ref _isClosed, true);
        Interlocked.MemoryBarrier();
        TakeSnapshot()?.Dispose();
        Wake.Dispose();
    }
}
