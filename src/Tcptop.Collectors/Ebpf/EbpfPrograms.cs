using Tcptop.Collectors.Libbpf;
using Tcptop.Linux;
using Tcptop.Linux.Naming;

namespace Tcptop.Collectors.Ebpf;

/// <summary>The loaded eBPF object: its programs, its maps, and the memory shared with it.</summary>
internal sealed class EbpfPrograms : IDisposable
{
    private const string ObjectName = "tcptop";

    private const string TcpSock = "tcp_sock";
    private const string SkbSharedInfo = "skb_shared_info";
    private const string UdpHdr = "udphdr";
    private const string IpHdr = "iphdr";
    private const string Ipv6Hdr = "ipv6hdr";

    /// <summary>Structures whose ids the programs must know.</summary>
    internal static readonly string[] CastTypes = [TcpSock, SkbSharedInfo, UdpHdr, IpHdr, Ipv6Hdr];

    private readonly BpfObject _object;
    private readonly MappedData<SharedAbi> _shared;

    private EbpfPrograms(BpfObject loaded, MappedData<SharedAbi> shared) => (_object, _shared) = (loaded, shared);

    public BpfProgram Lifecycle => _object.Program("tcptop_state");

    public BpfProgram Destroyed => _object.Program("tcptop_destroyed");

    public BpfProgram Accepted => _object.Program("tcptop_accepted");

    public BpfProgram Existing => _object.Program("tcptop_existing");

    public BpfProgram Owners => _object.Program("tcptop_owners");

    public BpfProgram WalkByCast => _object.Program("tcptop_walk_cast");

    public BpfProgram WalkByCopy => _object.Program("tcptop_walk_copy");

    public BpfProgram MiniRows => _object.Program("tcptop_mini_rows");

    /// <summary>Has as many elements as one run of <see cref="WalkByCopy"/> goes through buckets.</summary>
    public BpfMap BucketsByCopy => _object.Map("tcptop_counting");

    public BpfMap Slots => _object.Map("tcptop_slots");

    public BpfMap Snapshot => _object.Map("tcptop_snapshot");

    public BpfProgram UdpDrop => _object.Program("tcptop_udp_drop");

    public IEnumerable<BpfProgram> UdpFunctions => EbpfPlan.UdpFunctionPrograms.Select(_object.Program);

    public IEnumerable<BpfProgram> UdpCgroup => EbpfPlan.UdpCgroupPrograms.Select(_object.Program);

    public BpfMap UdpFlows => _object.Map("tcptop_udp_flows");

    public BpfMap UdpSlots => _object.Map("tcptop_udp_slots");

    public BpfMap UdpFreeSlots => _object.Map("tcptop_udp_free");

    public BpfMap UdpSockets => _object.Map("tcptop_udp_sockets");

    public BpfMap KnownNamespaces => _object.Map("tcptop_namespaces");

    public BpfMap ClosedRing => _object.Map("tcptop_closed");

    /// <summary>Read and written by the programs at the same time, on any CPU.</summary>
    public ref SharedAbi Shared => ref _shared.Value;

    /// <summary>
    /// Sizes of what both halves share are compared on the way: of the data sections here, of the snapshot's
    /// rows by the kernel, when an array made by user space takes the place of the one that the programs were
    /// loaded with.
    /// </summary>
    /// <exception cref="KernelException">The kernel refuses; the message names the program or map.</exception>
    public static EbpfPrograms Load(EbpfPlan plan, KernelTypes? types)
    {
        var loaded = BpfObject.Open(EmbeddedObjects.Connections, ObjectName, types);
        try
        {
            ref var settings = ref loaded.Map(".rodata").InitialValue<SettingsAbi>();
            settings.WatchNamespaces = plan.AllSockets ? 1u : 0u;
            settings.TickNs = MonotonicClock.TickNs;
            settings.SeesAccepts = plan.SeesAccepts ? 1u : 0u;
            settings.AllSockets = plan.AllSockets ? 1u : 0u;
            settings.ReadDirectly = plan.ReadsDirectly ? 1u : 0u;
            settings.CountUdp = plan.Udp != UdpSource.None ? 1u : 0u;
            settings.PidNamespace = PidNamespace.OfThisProcess;
            settings.StatesSkipped = FaultConditions.OfThisRun.StatesSkipped;
            settings.Types = IdsOf(types);
            Resize(loaded, FaultConditions.OfThisRun, ref settings);
            if (!plan.AllSockets)
            {
                loaded.Map("tcptop_namespaces").LeaveOut();
                loaded.Map("tcptop_snapshot").LeaveOut();
            }
            if (plan.CastsSockets)
            {
                loaded.Map("tcptop_socket_copy").LeaveOut();
                loaded.Map("tcptop_counting").LeaveOut();
            }
            foreach (var name in plan.LeftOut)
                loaded.Program(name).LeaveOut();
            if (!Capabilities.OfThisThread().SysAdmin)
                loaded.LeaveModulesAlone();
            loaded.Load();
            return new EbpfPrograms(loaded, loaded.Map(".bss").MapData<SharedAbi>());
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    private static KernelTypesAbi IdsOf(KernelTypes? types) => new()
    {
        TcpSock = types?.StructureId(TcpSock) ?? 0,
        SkbSharedInfo = types?.StructureId(SkbSharedInfo) ?? 0,
        UdpHdr = types?.StructureId(UdpHdr) ?? 0,
        IpHdr = types?.StructureId(IpHdr) ?? 0,
        Ipv6Hdr = types?.StructureId(Ipv6Hdr) ?? 0,
    };

    private static void Resize(BpfObject opened, FaultConditions sizes, ref SettingsAbi settings)
    {
        if (sizes.ClosedRingBytes is { } ringBytes)
        {
            opened.Map("tcptop_closed").SetMaxEntries(ringBytes);
            settings.ClosedWakeupBytes = ringBytes / 4;
        }
        if (sizes.UdpFlows is { } flows)
        {
            foreach (var name in (ReadOnlySpan<string>)["tcptop_udp_flows", "tcptop_udp_slots", "tcptop_udp_free"])
                opened.Map(name).SetMaxEntries(flows);
            settings.UdpFlows = flows;
        }
        if (sizes.UdpSockets is { } sockets)
            opened.Map("tcptop_udp_sockets").SetMaxEntries(sockets);
        if (sizes.SlotsOfAChunk is { } slots)
            settings.BucketMask = Math.Max(slots / SlotChunk.SlotsOfABucket, 1) - 1;
    }

    public void Dispose()
    {
        _shared.Dispose();
        _object.Dispose();
    }
}
