using Tcptop.Model;

namespace Tcptop.Collectors.Ebpf.Trace;

/// <summary>Where the ends of calls are seen.</summary>
internal enum CallSource
{
    /// <summary>At the tracepoints of all sends and receives.</summary>
    Tracepoints,

    /// <summary>At the exits of the functions that send and receive.</summary>
    Functions,
}

/// <summary>Where the peers of datagrams are seen, of sockets that have none of their own.</summary>
internal enum PeerSource
{
    None,

    /// <summary>At the cgroup's hooks: the address that a call gives, or asks for.</summary>
    Cgroup,

    /// <summary>In the functions that send and receive datagrams: every peer.</summary>
    Functions,
}

/// <summary>Which of the trace's programs are loaded and attached, decided from what the kernel offers. Pure.</summary>
internal sealed record TracePlan
{
    /// <summary>Walked once, not attached for the time.</summary>
    public const string OwnersProgram = "tcptop_tr_owner";

    public required CallSource Calls { get; init; }

    public required PeerSource Peers { get; init; }

    /// <summary>Whether sendfile has a function of its own.</summary>
    public required bool Pages { get; init; }

    /// <summary>Whether what splice takes from a TCP socket is seen.</summary>
    public required bool Splices { get; init; }

    public required ConnectionFilter Filter { get; init; }

    /// <summary>For programs at the root of the cgroup v2 tree.</summary>
    public CgroupHooks Cgroup { get; init; } = new(Root: null);

    /// <summary>Attached where their section says; the state's first, then what later ones rely on.</summary>
    public IReadOnlyList<string> TracingPrograms =>
    [
        .. Filter.WantsTcp ? (ReadOnlySpan<string>)["tcptop_tr_state"] : [],
        .. Filter.WantsUdp && Peers == PeerSource.Functions
            ? (ReadOnlySpan<string>)["tcptop_tr_to4", "tcptop_tr_to6", "tcptop_tr_from"]
            : [],
        .. NeedsDevices && Peers == PeerSource.Functions
            ? (ReadOnlySpan<string>)["tcptop_tr_dev4", "tcptop_tr_dev6"]
            : [],
        .. Calls == CallSource.Tracepoints
            ? (ReadOnlySpan<string>)["tcptop_tr_send", "tcptop_tr_recv"]
            : ["tcptop_tr_send4", "tcptop_tr_send6", "tcptop_tr_recv4", "tcptop_tr_recv6"],
        .. Calls == CallSource.Functions && Pages ? (ReadOnlySpan<string>)["tcptop_tr_page"] : [],
        .. Filter.WantsTcp && Splices ? (ReadOnlySpan<string>)["tcptop_tr_splice"] : [],
    ];

    /// <summary>Attached to the root of the cgroup tree.</summary>
    public IReadOnlyList<string> CgroupPrograms =>
    [
        .. Filter.WantsUdp && Peers == PeerSource.Cgroup
            ? (ReadOnlySpan<string>)["tcptop_tr_cto4", "tcptop_tr_cto6", "tcptop_tr_cfr4", "tcptop_tr_cfr6"]
            : [],
        .. KeepsDevicesOfFlows ? (ReadOnlySpan<string>)["tcptop_tr_leave", "tcptop_tr_arrive"] : [],
    ];

    /// <summary>
    /// Whether devices are kept from a datagram's arrival to when it is received, for it then tells no more.
    /// </summary>
    public bool KeepsDevicesOfFlows => NeedsDevices && Peers == PeerSource.Cgroup;

    /// <summary>Whether the owners of older sockets are looked for: only changes of state need them.</summary>
    public bool NeedsOwners => Filter.WantsTcp;

    public IReadOnlyList<string> Programs =>
        [.. TracingPrograms, .. CgroupPrograms, .. NeedsOwners ? (ReadOnlySpan<string>)[OwnersProgram] : []];

    /// <summary>What of what is asked for this plan cannot show.</summary>
    public IReadOnlyList<Missing> Missing
    {
        get
        {
            var missing = new List<Missing>();
            if (Filter.WantsUdp && Peers == PeerSource.None)
                missing.Add(new Missing("UDP sockets that are not connected show no peer", Cgroup.Needs));
            if (Filter.WantsUdp && Peers == PeerSource.Cgroup)
                missing.Add(new Missing("UDP reads by recv()/read() show no peer on this kernel"));
            if (Filter.WantsTcp && !Splices)
                missing.Add(new Missing("TCP reads by splice() are not traced on this kernel"));
            return missing;
        }
    }

    /// <exception cref="UnsupportedHostException">There is no way to see calls.</exception>
    public static TracePlan From(TraceSupport support, ConnectionFilter filter) => new()
    {
        Calls = support switch
        {
            { HasCallTracepoints: true } => CallSource.Tracepoints,
            { HooksCallFunctions: true } => CallSource.Functions,
            _ => throw Unsupported(support.Missing),
        },
        Peers = support switch
        {
            { HooksPeerFunctions: true } => PeerSource.Functions,
            { Cgroup.Root: not null } => PeerSource.Cgroup,
            _ => PeerSource.None,
        },
        Pages = support.HooksPages,
        Splices = support.HooksSplices,
        Filter = filter,
        Cgroup = support.Cgroup,
    };

    /// <summary>Sockets with a route have their device there; datagrams of the others must be asked for it.</summary>
    private bool NeedsDevices => Filter.WantsUdp && !Filter.Interfaces.IsEmpty;

    /// <summary>
    /// What to try when the kernel refuses this plan after all: less of what is not the calls themselves;
    /// null when there is no less.
    /// </summary>
    public TracePlan? Lesser()
    {
        if (Splices)
            return this with { Splices = false };
        return Peers switch
        {
            PeerSource.Functions => this with { Peers = Cgroup.Root is not null ? PeerSource.Cgroup : PeerSource.None },
            PeerSource.Cgroup => this with { Peers = PeerSource.None },
            _ => null,
        };
    }

    private static UnsupportedHostException Unsupported(IReadOnlyList<Missing> missing)
    {
        // What is more basic explains the rest.
        if (missing.Count != 0)
            return KernelSupport.Lacking(missing);
        var calls = new Missing(
            "the tracepoints sock_send_length and sock_recv_length", "Linux 6.3, or a kernel that supports fentry");
        return KernelSupport.Lacking([calls]);
    }
}
