using Tcptop.Collectors.Libbpf;
using Tcptop.Model;

namespace Tcptop.Collectors.Ebpf.Trace;

/// <summary>
/// What this kernel offers to the trace, asked as <see cref="KernelSupport"/> asks. <see cref="TracePlan"/>
/// decides what to make of it.
/// </summary>
internal sealed record TraceSupport
{
    private const string SplicesFunction = "tcp_splice_read";
    private const string PagesFunction = "inet_sendpage"; // before Linux 6.5

    private static readonly string[] CallTracepoints = ["btf_trace_sock_send_length", "btf_trace_sock_recv_length"];

    private static readonly string[] CallFunctions = ["inet_sendmsg", "inet6_sendmsg", "inet_recvmsg", "inet6_recvmsg"];

    private static readonly string[] PeerFunctions =
        ["udp_sendmsg", "udpv6_sendmsg", "skb_consume_udp", "ip_send_skb", "ip6_send_skb"];

    public bool HasCallTracepoints { get; init; }

    public bool HooksCallFunctions { get; init; }

    public bool HooksPeerFunctions { get; init; }

    public bool HooksPages { get; init; }

    public bool HooksSplices { get; init; }

    /// <summary>For programs that see addresses.</summary>
    public CgroupHooks Cgroup { get; init; } = new(Root: null);

    public IReadOnlyList<Missing> Missing { get; init; } = [];

    /// <summary>To be disposed when all is loaded; null: there are none.</summary>
    public KernelTypes? Types { get; init; }

    public static TraceSupport Probe()
    {
        string[] names = [.. CallTracepoints, .. CallFunctions, .. PeerFunctions, SplicesFunction, PagesFunction,
            .. KernelSupport.RequiredNames];
        if (KernelTypes.TryRead(names) is not { } types)
            return new TraceSupport { Missing = [KernelSupport.NoTypesHere()] };
        return new TraceSupport
        {
            Types = types,
            HasCallTracepoints = CallTracepoints.All(types.Has),
            HooksCallFunctions = CallFunctions.All(
                function => KernelSupport.Accepts(types, TracingPlace.Exit, function)),
            HooksPeerFunctions = PeerFunctions.All(
                function => KernelSupport.Accepts(types, TracingPlace.Entry, function)),
            HooksPages = KernelSupport.Accepts(types, TracingPlace.Exit, PagesFunction),
            HooksSplices = KernelSupport.Accepts(types, TracingPlace.Exit, SplicesFunction),
            Cgroup = CgroupHooks.Probe(ProgramProbe.AcceptsCgroupAddresses),
            Missing = KernelSupport.MissingHere(types),
        };
    }
}
