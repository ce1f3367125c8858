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

    /// <summary>
    /// The process that made the call. Of a state change: the process that was running, which is the socket's own only where the change
    /// comes from a call (connect, listen, close) and not from a packet.
    /// </summary>
    public required uint Pid { get; init; }

    /// <summary>Empty for a state change.</summary>
    public CommandName ProcessName { get; init; }

    public required Endpoint Local { get; init; }

    public required Endpoint Remote { get; init; }

    /// <summary>Payload of a send or receive.</summary>
    public uint Bytes { get; init; }

    /// <summary>Smoothed round-trip time at a TCP send or receive, in microseconds; null when none was measured.</summary>
    public uint? RttUs { get; init; }

    /// <summary>Of a state change alone.</summary>
    public TcpState? OldState { get; init; }

    /// <summary>Of a state change alone.</summary>
    public TcpState? NewState { get; init; }
}
