using Tcptop.Collectors.Libbpf;
using Tcptop.Linux;
using Tcptop.Model;
using Tcptop.Model.Collecting;
using Tcptop.Model.Fields;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// TCP by the kernel's own counters, with tracepoints for births and deaths, a table of the sockets, and a walk over
/// it; UDP by counting datagrams. One thread calls, but for <see cref="Read"/>.
/// </summary>
public sealed class EbpfCollector : INetworkCollector
{
    private static readonly (LossAbi Counter, LossKind Kind)[] KernelLosses =
    [
        (LossAbi.ClosedRingFull, Model.Losses.ClosedRingFull),
        (LossAbi.SlotsFull, Model.Losses.SlotsFull),
        (LossAbi.Vanished, Model.Losses.ConnectionsVanished),
        (LossAbi.SnapshotUnreachable, Model.Losses.SnapshotUnreachable),
        (LossAbi.HeldFull, Model.Losses.HeldSocketsFull),
        (LossAbi.UdpFlowsFull, Model.Losses.UdpFlowsFull),
        (LossAbi.UdpSocketsFull, Model.Losses.UdpSocketsFull),
        (LossAbi.UdpUnreadable, Model.Losses.UdpUnreadable),
        (LossAbi.UdpPeerUnknown, Model.Losses.UdpPeerUnknown),
    ];

    private readonly EbpfOptions _options;
    private readonly OwnersSchedule _ownersSchedule = new();
    private readonly ProcessChanges _processChanges = new();
    private readonly List<Missing> _missing = [];
    private EbpfPrograms? _programs;
    private LifecycleHooks? _lifecycle;
    private BpfLink? _owners;
    private SlotTable? _slots;
    private NetworkNamespaces? _namespaces;
    private ClosedRecords? _closed;
    private MiniRows? _minis;
    private UdpHooks? _udpHooks;
    private UdpFlows? _udpFlows;

    public EbpfCollector(EbpfOptions options) => _options = options;

    public CollectorDescription Description => new("eBPF", _missing)
    {
        Measures = _udpFlows is null ? [Protocol.Tcp] : [Protocol.Tcp, Protocol.Udp],
        Fields = [.. FieldList.All.Where(IsFilled)],
    };

    public IReadOnlyList<Loss> Losses
    {
        get
        {
            using var raised = EffectiveCapabilities.Raise();
            var losses = new List<Loss>();
            if (_programs is { } programs)
            {
                foreach (var (counter, kind) in KernelLosses)
                    losses.Add(kind.Of(Volatile.Read(ref programs.Shared.Losses[(int)counter])));
            }
            losses.Add(Model.Losses.ClosedQueueFull.Of(_closed?.Overflowed ?? 0));
            losses.Add(Model.Losses.UdpFlowsEndedEarly.Of(_udpFlows?.EndedEarly ?? 0));
            losses.Add(Model.Losses.ProgramsSkipped.Of(_udpHooks?.Skipped ?? 0));
            return losses;
        }
    }

    /// <summary>
    /// Attaches the lifecycle program first and takes up what exists after that: a connection that comes in
    /// between is seen by both, and one that comes before or after by one of them.
    /// </summary>
    /// <exception cref="PrivilegeException">The process may not load eBPF programs.</exception>
    /// <exception cref="UnsupportedHostException">The kernel or its policy does not let one of the programs
    /// run.</exception>
    public void BootstrapExisting()
    {
        using var raised = EffectiveCapabilities.Raise();
        Capabilities.Require();
        OpenFiles.Require(EbpfOptions.OpenFiles);
        var support = KernelSupport.Probe();
        using var types = support.Types;
        var plan = EbpfPlan.From(support, _options);
        LoadBest(FaultConditions.OfThisRun.CopiesSockets ? plan with { CastsSockets = false } : plan, support);
    }

    public void Collect(IRecordReceiver into)
    {
        if (_slots is null || _closed is null)
            throw new InvalidOperationException("BootstrapExisting comes before Collect.");
        using var raised = EffectiveCapabilities.Raise();
        if (_slots.TakeUnplaced())
            TakeUpUnplaced();
        else if (IsOwnersWalkDue(ref _programs!.Shared))
            WalkOwners();
        var minis = _minis is null ? [] : _minis.Take();
        var beganNs = MonotonicClock.NowNs;
        into.Begin(beganNs);
        _slots.Walk();
        // After the walk: a connection that it does not find any more has its final record in the ring by now.
        var closed = _closed.Take();
        for (var piece = 0; piece < closed.Pieces; piece++)
        {
            foreach (ref readonly var final in closed.Piece(piece))
                _slots.DeliverEnd(final, into);
        }
        _slots.Deliver(into);
        foreach (ref readonly var mini in minis)
        {
            SocketRecordDecoder.Decode(mini, closed: false, out var reading);
            into.Receive(reading);
        }
        _closed.GiveBack();
        _udpFlows?.Collect(into);
        _slots.GrowIfNeeded();
    }

    public void Read(int place, out ConnectionRecord reading) => _slots!.Read(place, out reading);

    public Task StopAsync()
    {
        Release();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Release();
        _processChanges.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What the host is asked for, and what follows from readings, others fill in.</summary>
    private bool IsFilled(Field field)
    {
        if (field == FieldList.Drops)
            return _udpFlows is not null;
        if (field == FieldList.AcceptQueue || field == FieldList.AcceptLimit || field == FieldList.Queue)
            return _options.AllSockets;
        return field.Asks == HostFact.None && field != FieldList.Timestamp
            && field != FieldList.RateIn && field != FieldList.RateOut && field != FieldList.RateTotal;
    }

    /// <summary>
    /// What the kernel took for an empty program it may still refuse for ours: then TCP goes on without UDP,
    /// or with another way to count it.
    /// </summary>
    private void LoadBest(EbpfPlan plan, KernelSupport support)
    {
        KernelException? refusal = null;
        while (true)
        {
            try
            {
                LoadAndTakeUp(plan, support.Types);
                if (plan.Udp == UdpSource.None)
                    _missing.Add(
                        new Missing(refusal is null ? "UDP" : $"UDP: {refusal.Message}", support.Cgroup.Needs));
                return;
            }
            catch (KernelException e) when (!e.IsShortage)
            {
                Release();
                _missing.Clear();
                var lesser = plan.Lesser() ?? throw KernelSupport.Explain(e, support.Missing);
                if (lesser.Udp != plan.Udp)
                    refusal ??= e;
                plan = lesser;
            }
        }
    }

    private void LoadAndTakeUp(EbpfPlan plan, KernelTypes? types)
    {
        var programs = _programs = EbpfPrograms.Load(plan, types);
        var namespaces = _namespaces = new NetworkNamespaces(programs, plan.AllSockets);
        // To put chunks in their place the kernel waits some 10 ms: time for the rest. On a thread of its own: one of
        // the runtime's, made here, would keep the capabilities that are in effect here.
        var made = OwnThread.Begin("slots", () =>
        {
            EffectiveCapabilities.RaiseForThisThread();
            return new SlotTable(programs, plan, SocketStatistics.TcpSockets());
        });
        SlotTable slots;
        try
        {
            _owners = programs.Owners.AttachIterator();
            StartUdp(programs, plan);
        }
        finally
        {
            _slots = slots = made();
        }
        _closed = new ClosedRecords(programs.ClosedRing, () => GrowSlots(slots));
        _lifecycle = new LifecycleHooks(programs, plan);
        // First all sockets, then who holds them: some are found through others.
        var refused = TakeUpWithoutFiles();
        WalkOwners();
        if (plan.AllSockets)
            _minis = new MiniRows(programs, namespaces);
        TellWhatIsUnseen(plan, namespaces, refused);
    }

    private void TellWhatIsUnseen(EbpfPlan plan, NetworkNamespaces namespaces, int refused)
    {
        var unseen = plan.AllSockets
            ? "TIME_WAIT, SYN_RECV and sockets that no process holds"
            : "sockets that no process holds";
        if (refused != 0)
            _missing.Add(new Missing(
                $"{unseen} in {refused} other network {(refused == 1 ? "namespace" : "namespaces")}",
                namespaces.NeededToEnter()));
        if (namespaces.IsHeldUp)
            _missing.Add(new Missing($"{unseen} in other network namespaces", "/proc and /run/netns to answer"));
        if (namespaces.SomeAreHidden)
            _missing.Add(new Missing(
                $"{unseen} in network namespaces of processes that tcptop may not inspect", "CAP_SYS_PTRACE"));
    }

    /// <summary>Before owners are looked for: that walk takes up the UDP sockets that are there already.</summary>
    private void StartUdp(EbpfPrograms programs, EbpfPlan plan)
    {
        if (plan.Udp == UdpSource.None)
            return;
        programs.Shared.Refresh = RefreshTimes.First;
        _udpHooks = new UdpHooks(programs, plan);
        _udpFlows = new UdpFlows(programs, _options.UdpIdle);
    }

    /// <summary>Returns how many namespaces could not be entered.</summary>
    private int TakeUpWithoutFiles()
    {
        using var existing = _programs!.Existing.AttachIterator();
        return _namespaces!.VisitAll(existing.Walk);
    }

    /// <summary>Sockets for which there was no slot are looked for again, now that there may be.</summary>
    private void TakeUpUnplaced()
    {
        TakeUpWithoutFiles();
        WalkOwners();
    }

    private static void GrowSlots(SlotTable slots)
    {
        using var raised = EffectiveCapabilities.Raise();
        slots.GrowIfNeeded();
    }

    private bool IsOwnersWalkDue(ref SharedAbi shared) => _ownersSchedule.IsDue(
        MonotonicClock.Now, Volatile.Read(ref shared.Births), Volatile.Read(ref shared.UnownedBirths) != 0,
        _processChanges.HaveCome());

    private void WalkOwners()
    {
        var started = MonotonicClock.Now;
        ref var shared = ref _programs!.Shared;
        var births = Volatile.Read(ref shared.Births);
        Volatile.Write(ref shared.UnownedBirths, 0);
        // The kernel side keeps 16 bits of it, and 0 for none.
        shared.OwnerPass = shared.OwnerPass == ushort.MaxValue ? 1 : shared.OwnerPass + 1;
        _owners!.Walk();
        _slots!.WantWhereOwnerDiffers();
        _ownersSchedule.Ran(started, MonotonicClock.Now, births);
    }

    private void Release()
    {
        using var raised = EffectiveCapabilities.Raise();
        _udpHooks?.Dispose();
        _udpFlows?.Dispose();
        _lifecycle?.Dispose();
        _owners?.Dispose();
        _minis?.Dispose();
        _closed?.Dispose();
        _slots?.Dispose();
        _programs?.Dispose();
        (_udpHooks, _udpFlows) = (null, null);
        (_lifecycle, _owners, _minis, _closed, _slots, _namespaces) = (null, null, null, null, null, null);
        _programs = null;
    }
}
