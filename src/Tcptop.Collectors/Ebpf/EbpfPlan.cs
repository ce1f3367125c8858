namespace Tcptop.Collectors.Ebpf;

/// <summary>How the counters of live TCP sockets are read.</summary>
internal enum RowSource
{
    /// <summary>One walk over all sockets that carry our note, of all network namespaces.</summary>
    SocketStorage,

    /// <summary>
    /// A walk over the kernel's table of TCP sockets in each network namespace: half as dear again, and once
    /// per namespace.
    /// </summary>
    Namespaces,
}

/// <summary>Where datagrams are counted.</summary>
internal enum UdpSource
{
    None,

    /// <summary>
    /// At the cgroup hooks, which see every packet of the host; those that are not UDP leave at once.
    /// </summary>
    Cgroup,

    /// <summary>In the kernel's functions that datagrams alone pass through.</summary>
    Functions,
}

/// <summary>Which programs to load and what to attach, decided from what the kernel offers. Pure.</summary>
internal sealed record EbpfPlan
{
    public static readonly string[] UdpFunctionPrograms =
    [
        "tcptop_udp_open4", "tcptop_udp_open6", "tcptop_udp_close4", "tcptop_udp_close6",
        "tcptop_udp_send4", "tcptop_udp_send6", "tcptop_udp_arrives",
    ];

    /// <summary>In the order in which they are attached: sockets before their datagrams.</summary>
    public static readonly string[] UdpCgroupPrograms =
    [
        "tcptop_udp_bind4", "tcptop_udp_bind6", "tcptop_udp_close", "tcptop_udp_names4", "tcptop_udp_names6",
        "tcptop_udp_egress", "tcptop_udp_ingress",
    ];

    public required RowSource Rows { get; init; }

    public required UdpSource Udp { get; init; }

    /// <summary>Headers of datagrams are read without the read helper; of use in functions alone.</summary>
    public bool ReadsDirectly { get; init; }

    public required bool AllSockets { get; init; }

    /// <summary>The root of the cgroup v2 tree; null when nothing can be attached there.</summary>
    public string? CgroupRoot { get; init; }

    /// <summary>
    /// Whether namespaces are walked at every refresh, so that new ones must be noticed. Listeners, and what
    /// stands in a socket's place, are found in the kernel's tables alone, also where another walk reads the
    /// connections.
    /// </summary>
    public bool WalksNamespaces => Rows == RowSource.Namespaces || AllSockets;

    /// <summary>The programs of the object that are not for this host.</summary>
    public IEnumerable<string> LeftOut =>
    [
        .. Rows == RowSource.SocketStorage ? (ReadOnlySpan<string>)[] : ["tcptop_rows", "tcptop_existing"],
        .. WalksNamespaces ? (ReadOnlySpan<string>)[] : ["tcptop_namespace_rows"],
        .. Udp == UdpSource.Cgroup ? (ReadOnlySpan<string>)[] : UdpCgroupPrograms,
        .. Udp == UdpSource.None ? (ReadOnlySpan<string>)["tcptop_udp_drop"] : [],
        .. Udp == UdpSource.Functions ? (ReadOnlySpan<string>)[] : UdpFunctionPrograms,
    ];

    public static EbpfPlan From(KernelSupport support, EbpfOptions options) => new()
    {
        Rows = support.WalksSocketStorage && !support.ForgetsEndedSockets
            ? RowSource.SocketStorage
            : RowSource.Namespaces,
        Udp = support switch
        {
            { HooksUdpFunctions: true } => UdpSource.Functions,
            { Cgroup.Root: not null } => UdpSource.Cgroup,
            _ => UdpSource.None,
        },
        ReadsDirectly = support.HooksUdpFunctions && support.ReadsDirectly,
        AllSockets = options.AllSockets,
        CgroupRoot = support.Cgroup.Root,
    };

    /// <summary>
    /// What to try when the kernel refuses this plan after all: the next way to count datagrams, or none;
    /// null when it was not for them.
    /// </summary>
    public EbpfPlan? Lesser() => Udp switch
    {
        UdpSource.Functions when ReadsDirectly => this with { ReadsDirectly = false },
        UdpSource.Functions => this with { Udp = CgroupRoot is not null ? UdpSource.Cgroup : UdpSource.None },
        UdpSource.Cgroup => this with { Udp = UdpSource.None },
        _ => null,
    };
}
