using System.Collections.Immutable;

namespace Tcptop.Model;

/// <summary>
/// One kind of loss: something that could not be counted, kept or shown, and what the user is told of it.
/// </summary>
/// <param name="Name">Its name in text, notes and the manual page.</param>
/// <param name="One">The sentence behind a count of one.</param>
/// <param name="Many">The sentence behind any other count.</param>
/// <param name="Cause">Why it happens.</param>
public sealed record LossKind(string Name, string One, string Many, string Cause)
{
    public Loss Of(ulong count) => new(Name, count);
}

/// <summary>The catalogue of everything that can be lost. What is not in it cannot be reported.</summary>
public static class Losses
{
    public static readonly LossKind ConnectionsVanished = new(
        "connections_vanished",
        "connection ended unseen; its last bytes are missing",
        "connections ended unseen; their last bytes are missing",
        "ended unseen: the last record never came");

    public static readonly LossKind ClosedRingFull = new(
        "closed_ring_full",
        "connection ended unrecorded; its last bytes are missing",
        "connections ended unrecorded; their last bytes are missing",
        "unrecorded: no room left in the kernel's buffer");

    public static readonly LossKind ClosedQueueFull = new(
        "closed_queue_full",
        "connection ended unread; its last bytes are missing",
        "connections ended unread; their last bytes are missing",
        "unread: tcptop could not keep up with the ends");

    public static readonly LossKind ProgramsSkipped = new(
        "programs_skipped",
        "eBPF program run was skipped; counts may be low",
        "eBPF program runs were skipped; counts may be low",
        "the program was already running on that CPU");

    public static readonly LossKind SlotsFull = new(
        "slots_full",
        "socket found no slot at once; it may have been shown late",
        "sockets found no slot at once; they may have been shown late",
        "connections began faster than the table grew");

    /// <summary>Of a trace alone.</summary>
    public static readonly LossKind SocketStorageFailed = new(
        "socket_storage_failed",
        "socket has no owner",
        "sockets have no owner",
        "no kernel memory for what tcptop notes of a socket");

    public static readonly LossKind SnapshotUnreachable = new(
        "snapshot_unreachable",
        "row is missing from a refresh",
        "rows are missing from refreshes",
        "the kernel could not write the row");

    public static readonly LossKind HeldSocketsFull = new(
        "held_sockets_full",
        "look at the files of an io_uring was not whole",
        "looks at the files of an io_uring were not whole",
        "a process keeps more than 65,536 files in an io_uring");

    public static readonly LossKind UdpFlowsFull = new(
        "udp_flows_full",
        "UDP datagram is counted without its peer",
        "UDP datagrams are counted without their peers",
        "the table of 65,536 UDP flows was full");

    public static readonly LossKind UdpFlowsEndedEarly = new(
        "udp_flows_ended_early",
        "UDP flow ended early to make room; its total is exact",
        "UDP flows ended early to make room; their totals are exact",
        "the table of 65,536 UDP flows was nearly full");

    public static readonly LossKind UdpSocketsFull = new(
        "udp_sockets_full",
        "UDP flow has no owner",
        "UDP flows have no owner",
        "the table of UDP sockets was full");

    public static readonly LossKind UdpUnreadable = new(
        "udp_unreadable",
        "UDP datagram is not counted",
        "UDP datagrams are not counted",
        "the headers could not be read");

    public static readonly LossKind UdpPeerUnknown = new(
        "udp_peer_unknown",
        "UDP datagram may be counted for the wrong peer",
        "UDP datagrams may be counted for the wrong peer",
        "a connected socket sent to another address");

    public static readonly LossKind NamesUnanswered = new(
        "names_unanswered",
        "name or command did not come in time",
        "names or commands did not come in time",
        "reading of a process, mount or file took too long");

    public static readonly LossKind RowsCut = new(
        "rows_cut",
        "row was left out",
        "rows were left out",
        "a refresh had more than --max-rows");

    /// <summary>Of a trace alone.</summary>
    public static readonly LossKind TraceRingFull = new(
        "trace_ring_full",
        "event did not fit into the buffer",
        "events did not fit into the buffer",
        "events came faster than they were printed; a larger --buffer or a filter helps");

    /// <summary>Of a trace alone.</summary>
    public static readonly LossKind TracePeerUnknown = new(
        "trace_peer_unknown",
        "event has the wrong peer",
        "events may have the wrong peer",
        "a connected UDP socket sent to another address");

    /// <summary>Of a trace alone.</summary>
    public static readonly LossKind EventsUnreadable = new(
        "events_unreadable",
        "event is of an unknown kind",
        "events are of an unknown kind",
        "the kernel side is of another build");

    /// <summary>Of a trace alone.</summary>
    public static readonly LossKind EventChannelFull = new(
        "event_channel_full",
        "event found no room in its channel",
        "events found no room in their channel",
        "the reader of the channel was too slow");

    /// <summary>Of a trace alone.</summary>
    public static readonly LossKind TraceNotPrinted = new(
        "trace_not_printed",
        "event was not printed",
        "events were not printed",
        "the trace was stopped before they could be printed");

    /// <summary>Those of the screen and of files, in the order of the help.</summary>
    public static readonly ImmutableArray<LossKind> OfConnections =
    [
        ConnectionsVanished, ClosedRingFull, ClosedQueueFull,
        ProgramsSkipped, SlotsFull, SnapshotUnreachable,
        HeldSocketsFull, UdpFlowsFull, UdpFlowsEndedEarly,
        UdpSocketsFull, UdpUnreadable, UdpPeerUnknown,
        NamesUnanswered, RowsCut,
    ];

    /// <summary>Null when there is none of that name.</summary>
    public static LossKind? Find(string name)
    {
        foreach (var kind in OfConnections)
        {
            if (string.Equals(kind.Name, name, StringComparison.Ordinal))
                return kind;
        }
        return null;
    }
}
