namespace Tcptop.Model;

/// <summary>One connection as users see it at one refresh: what was sampled, and the rates worked out from two samples.</summary>
public readonly record struct ConnectionRecord
{
    public required ConnectionKey Key { get; init; }

    public required Protocol Protocol { get; init; }

    public required Endpoint Local { get; init; }

    public required Endpoint Remote { get; init; }

    /// <summary>Null for UDP, which has none.</summary>
    public required TcpState? State { get; init; }

    /// <summary>The process that opened the socket first of those that hold it; pid 0 when unknown.</summary>
    public required ProcessIdentity Owner { get; init; }

    public required KernelName ProcessName { get; init; }

    /// <summary>How many processes hold the socket; 0 when not counted.</summary>
    public required uint Holders { get; init; }

    /// <summary>Payload bytes received since the connection's birth; null, like all counters, of a row that has none (LISTEN, TIME_WAIT, SYN_RECV).</summary>
    public required ulong? BytesIn { get; init; }

    /// <summary>Payload bytes that have left since the connection's birth, each once.</summary>
    public required ulong? BytesOut { get; init; }

    /// <summary>Payload bytes that TCP handed to IP and that failed here; null for UDP.</summary>
    public ulong? SendFailedBytes { get; init; }

    /// <summary>TCP segments or UDP datagrams received since the connection's birth.</summary>
    public required ulong? PacketsIn { get; init; }

    /// <summary>TCP segments or UDP datagrams sent since the connection's birth.</summary>
    public required ulong? PacketsOut { get; init; }

    /// <summary>Bytes per second received; null until a second sample.</summary>
    public required double? RateIn { get; init; }

    /// <summary>Bytes per second sent; null until a second sample.</summary>
    public required double? RateOut { get; init; }

    /// <summary>Smoothed round-trip time in microseconds; null when none was measured.</summary>
    public required uint? RttUs { get; init; }

    /// <summary>Segments sent again; null for UDP, which sends nothing again.</summary>
    public required uint? Retransmits { get; init; }

    /// <summary>UDP datagrams that the socket had no room for; null for TCP.</summary>
    public ulong? Drops { get; init; }

    /// <summary>Of a listener: connections that wait to be accepted, and how many may.</summary>
    public (uint Waiting, uint Limit)? AcceptQueue { get; init; }

    /// <summary>Name of the device that the route uses, in its network namespace; empty when not known.</summary>
    public KernelName Device { get; init; }

    /// <summary>User id of the socket; null where the kernel keeps none.</summary>
    public required uint? Uid { get; init; }

    /// <summary>Inode number of the network namespace.</summary>
    public required uint NetworkNamespace { get; init; }

    /// <summary>Cgroup v2 id; 0 when unknown.</summary>
    public required ulong CgroupId { get; init; }

    /// <summary>Kernel monotonic time of the last sample.</summary>
    public required ulong LastSeenNs { get; init; }

    /// <summary>Its first refresh on screen.</summary>
    public required bool IsNew { get; init; }

    /// <summary>Its last refresh: the connection has ended, and the totals are final.</summary>
    public required bool IsClosed { get; init; }

    /// <summary>False of what is no connection: a listener, or what the kernel keeps in place of a socket.</summary>
    public bool HasCounters => BytesIn is not null;

    /// <summary>It was there before the program. Its totals are exact all the same; its age is not known.</summary>
    public bool PredatesProgram => Key.BornNs == 0;

    /// <summary>Time since birth at the last sample; null when it pre-dates the program.</summary>
    public TimeSpan? Age => PredatesProgram ? null : TimeSpan.FromTicks((long)((LastSeenNs - Math.Min(LastSeenNs, Key.BornNs)) / 100));

    /// <summary>Rate in and out together; 0 until a second sample.</summary>
    public double RateTotal => RateIn.GetValueOrDefault() + RateOut.GetValueOrDefault();
}
