namespace Tcptop.Model;

public enum CollectorEventKind : byte
{
    TcpSend = 1,
    TcpRecv = 2,
    UdpSend = 3,
    UdpRecv = 4,
    TcpStateChange = 5,
}

/// <summary>One thing that happened to a socket, as it happened; for watching events rather than totals.</summary>
public readonly record struct CollectorEvent
{
    public required CollectorEventKind Kind { get; init; }

    /// <summary>When, on the monotonic clock.</summary>
    public required ulong TimeNs { get; init; }

    /// <summary>
    /// The process that made the call; of a state change the one that the socket belongs to, whatever ran
    /// when it came. Null when that is not known, and for the kernel itself.
    /// </summary>
    public required uint? Pid { get; init; }

    /// <summary>Empty when the process is not known; <c>kernel</c> for the kernel itself.</summary>
    public KernelName ProcessName { get; init; }

    /// <summary>A port of 0: it has none yet.</summary>
    public required Endpoint Local { get; init; }

    /// <summary>Null when there is none, or it is not known.</summary>
    public required Endpoint? Remote { get; init; }

    /// <summary>What the call moved. Null for a state change.</summary>
    public uint? Bytes { get; init; }

    /// <summary>
    /// Smoothed round-trip time at a TCP send or receive, in microseconds; null when none was measured.
    /// </summary>
    public uint? RttUs { get; init; }

    /// <summary>Of a state change alone.</summary>
    public TcpState? OldState { get; init; }

    /// <summary>Of a state change alone.</summary>
    public TcpState? NewState { get; init; }

    /// <summary>Null as long as the socket has none.</summary>
    public ulong? SocketCookie { get; init; }

    public uint NetworkNamespace { get; init; }
}

/// <summary>Takes events one after the other; the event is valid during the call alone.</summary>
public interface IEventReceiver
{
    void Receive(in CollectorEvent happened);
}
