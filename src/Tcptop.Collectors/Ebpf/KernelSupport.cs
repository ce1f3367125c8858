using Tcptop.Collectors.Libbpf;
using Tcptop.Linux;
using Tcptop.Model;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// What this kernel offers, by the names in its type information and by trying, never by version.
/// <see cref="EbpfPlan"/> decides what to make of it.
/// </summary>
internal sealed record KernelSupport
{
    private static readonly string[] UdpFunctions =
    [
        "udp_v4_get_port", "udp_v6_get_port", "udp_destroy_sock", "udpv6_destroy_sock",
        "ip_send_skb", "ip6_send_skb", "__udp_enqueue_schedule_skb",
    ];

    private const string AcceptFunction = "inet_csk_accept";

    private const string DirectRead = "bpf_rdonly_cast";

    private static readonly Missing NoTypes = new(
        "BTF (/sys/kernel/btf/vmlinux)", "a kernel built with CONFIG_DEBUG_INFO_BTF");

    // These two say nothing of the kernel.
    private static readonly Missing NoSysfs = new(
        "/sys is not mounted, where the kernel keeps its type information (BTF)",
        "a mounted sysfs, or CAP_SYS_ADMIN and CAP_SYS_CHROOT");
    private static readonly Missing SecretTypes = new(
        "/sys/kernel/btf/vmlinux, the kernel's type information (BTF), may not be read", "the right to read it");

    private static readonly (string KernelName, Missing Lack)[] Requirements =
    [
        ("btf_trace_inet_sock_set_state",
            new Missing("the tracepoint inet_sock_set_state", "Linux 5.5 with CONFIG_DEBUG_INFO_BTF")),
        ("btf_trace_tcp_destroy_sock",
            new Missing("the tracepoint tcp_destroy_sock", "Linux 5.5 with CONFIG_DEBUG_INFO_BTF")),
        ("bpf_iter_task_file", new Missing("the iterator task_file", "Linux 5.8")),
        ("bpf_iter_tcp", new Missing("the iterator tcp", "Linux 5.9")),
        ("bpf_sk_storage_get_tracing", new Missing("socket storage in tracing programs", "Linux 5.11")),
        ("bpf_sock_from_file", new Missing("the helper bpf_sock_from_file", "Linux 5.11")),
        ("bpf_get_socket_ptr_cookie", new Missing("socket cookies in tracing programs", "Linux 5.12")),
        ("bpf_for_each_map_elem", new Missing("callbacks in eBPF programs", "Linux 5.13")),
    ];

    /// <summary>
    /// Programs at the entry of the functions that datagrams pass through (Linux 5.5, by architecture; some
    /// hardened kernels refuse).
    /// </summary>
    public bool HooksUdpFunctions { get; init; }

    /// <summary>A program at the end of the function that accepts, as far as the kernel takes an empty one.</summary>
    public bool HooksAccept { get; init; }

    /// <summary>What a number points to can be read without the read helper (Linux 6.2).</summary>
    public bool ReadsDirectly { get; init; }

    /// <summary>For programs that see packets and sockets.</summary>
    public CgroupHooks Cgroup { get; init; } = new(Root: null);

    /// <summary>
    /// Of what tcptop cannot do without, that which the kernel does not name, the most basic first. Not the
    /// last word: what has a name may still be refused, and what has none may be there.
    /// </summary>
    public IReadOnlyList<Missing> Missing { get; init; } = [];

    /// <summary>To be disposed when all is loaded; null: there are none.</summary>
    public KernelTypes? Types { get; init; }

    public static KernelSupport Probe()
    {
        string[] names = [DirectRead, AcceptFunction, .. UdpFunctions, .. RequiredNames, .. EbpfPrograms.CastTypes];
        if (KernelTypes.TryRead(names) is not { } types)
            return new KernelSupport { Missing = [NoTypesHere()] };
        return new KernelSupport
        {
            Types = types,
            HooksUdpFunctions = UdpFunctions.All(function => Accepts(types, TracingPlace.Entry, function)),
            HooksAccept = Accepts(types, TracingPlace.Exit, AcceptFunction),
            ReadsDirectly = types.Has(DirectRead),
            Cgroup = CgroupHooks.Probe(ProgramProbe.AcceptsCgroup),
            Missing = MissingHere(types),
        };
    }

    /// <summary>The kernel's names for what tcptop cannot do without.</summary>
    internal static IEnumerable<string> RequiredNames => Requirements.Select(requirement => requirement.KernelName);

    /// <summary>Why the programs could not be loaded, for the user.</summary>
    internal static UnsupportedHostException Explain(KernelException e, IReadOnlyList<Missing> missing)
    {
        if (missing.Count != 0)
            return Lacking(missing);
        return new UnsupportedHostException(e.Message + Hint(e, Seccomp.IsFiltering()), []);
    }

    /// <param name="isFiltered">A filter of system calls is there.</param>
    internal static string Hint(KernelException e, bool isFiltered)
    {
        const string Policy =
            "; the kernel's policy refuses it, or this is a container without the host's capabilities";
        const string Filter = "; a seccomp filter refuses it, as a container may have one, or the kernel's policy";
        return isFiltered && Seccomp.MayAnswer(e.Errno) ? Filter : e.IsRefusal ? Policy : "";
    }

    internal static UnsupportedHostException Lacking(IReadOnlyList<Missing> missing) =>
        new($"{(missing[0] == NoSysfs || missing[0] == SecretTypes ? "" : "this kernel lacks ")}{string.Join(", ", missing)}", missing);

    /// <summary>What it means that no type information could be read.</summary>
    internal static Missing NoTypesHere() => KernelTypeFile.Lack() switch
    {
        KernelTypesLack.Sysfs => NoSysfs,
        KernelTypesLack.Right => SecretTypes,
        _ => NoTypes,
    };

    /// <summary>
    /// Where /sys is not mounted, to have read the types is not enough: libbpf needs to be given
    /// them.
    /// </summary>
    internal static IReadOnlyList<Missing> MissingHere(KernelTypes types) =>
        KernelTypeFile.IsWhereItBelongs
            || Capabilities.OfThisThread() is { SysAdmin: true, SysChroot: true }
            ? MissingFrom(types.Has)
            : [NoSysfs];

    internal static IReadOnlyList<Missing> MissingFrom(Func<string, bool> kernelHas)
    {
        var missing = new List<Missing>();
        foreach (var (kernelName, lack) in Requirements)
        {
            if (!kernelHas(kernelName))
                missing.Add(lack);
        }
        return missing;
    }

    /// <summary>Whether the kernel takes a program there, and would run it.</summary>
    internal static bool Accepts(KernelTypes types, TracingPlace place, string function) =>
        types.FunctionId(function) is { } id
            && ProgramProbe.AcceptsTracing(place, id)
            && FunctionTracing.IsOn();
}
