namespace Tcptop.Collectors.Ebpf;

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

    /// <summary>Sockets are read by loads that cannot fault, not copied by the read helper.</summary>
    public bool CastsSockets { get; init; }

    /// <summary>Who accepts a connection is seen when it does.</summary>
    public bool SeesAccepts { get; init; }

    public required UdpSource Udp { get; init; }

    /// <summary>Headers of datagrams are read without the read helper; of use in functions alone.</summary>
    public bool ReadsDirectly { get; init; }

    public required bool AllSockets { get; init; }

    /// <summary>The root of the cgroup v2 tree; null when nothing can be attached there.</summary>
    public string? CgroupRoot { get; init; }

    /// <summary>The programs of the object that are not for this host.</summary>
    public IEnumerable<string> LeftOut =>
    [
        CastsSockets ? "tcptop_walk_copy" : "tcptop_walk_cast",
        .. SeesAccepts ? (ReadOnlySpan<string>)[] : ["tcptop_accepted"],
        .. AllSockets ? (ReadOnlySpan<string>)[] : ["tcptop_mini_rows"],
        .. Udp == UdpSource.Cgroup ? (ReadOnlySpan<string>)[] : UdpCgroupPrograms,
        .. Udp == UdpSource.None ? (ReadOnlySpan<string>)["tcptop_udp_drop"] : [],
        .. Udp == UdpSource.Functions ? (ReadOnlySpan<string>)[] : UdpFunctionPrograms,
    ];

    public static EbpfPlan From(KernelSupport support, EbpfOptions options) => new()
    {
        CastsSockets = support.ReadsDirectly,
        SeesAccepts = support.HooksAccept,
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
    /// What to try when the kernel refuses this plan after all: without seeing who accepts, the next way to count
    /// datagrams, or none; null when it was not for them.
    /// </summary>
    public EbpfPlan? Lesser() => Udp switch
    {
        _ when SeesAccepts => this with { SeesAccepts = false },
        UdpSource.Functions when ReadsDirectly => this with { ReadsDirectly = false },
        UdpSource.Functions => this with { Udp = CgroupRoot is not null ? UdpSource.Cgroup : UdpSource.None },
        UdpSource.Cgroup => this with { Udp = UdpSource.None },
        // It may have been that.
        UdpSource.None when CastsSockets => this with
        {
            CastsSockets = false,
            Udp = CgroupRoot is not null ? UdpSource.Cgroup : UdpSource.None,
        },
        _ => null,
    };
}
