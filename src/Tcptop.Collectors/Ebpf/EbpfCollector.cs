using Tcptop.Collectors.Libbpf;
using Tcptop.Linux;
using Tcptop.Model;
using Tcptop.Model.Collecting;
using Tcptop.Model.Fields;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// TCP by the kernel's own counters, with a tracepoint for births and deaths and iterators for everything
/// else; UDP by counting datagrams. Not thread-safe: one thread calls.
/// </summary>
public sealed class EbpfCollector : INetworkCollector
{
    private static readonly (LossAbi Counter, LossKind Kind)[] KernelLosses =
    [
        (LossAbi.ClosedRingFull, Model.Losses.ClosedRingFull),
        (LossAbi.StorageFailed, Model.Losses.SocketStorageFailed),
        (LossAbi.SnapshotUnreachable, Model.Losses.SnapshotUnreachable),
        (LossAbi.HeldFull, Model.Losses.HeldSocketsFull),
        (LossAbi.UdpFlowsFull, Model.Losses.UdpFlowsFull),
        (LossAbi.UdpSocketsFull, Model.Losses.UdpSocketsFull),
        (LossAbi.UdpUnreadable, Model.Losses.UdpUnreadable),
        (LossAbi.UdpPeerUnknown, Model.Losses.UdpPeerUnknown),
    ];

    private readonly EbpfOptions _options;
    private readonly OwnersSchedule _ownersSchedule = new();
    private readonly List<Missing> _missing = [];
    private EbpfPrograms? _programs;
    private LifecycleHooks? _lifecycle;
    private BpfLink? _owners;
    private MapReader<ulong, SocketNoteAbi>? _heldSockets;
    private ClosedRecords? _closed;
    private SnapshotRows? _rows;
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
            losses.Add(Model.Losses.ProgramsSkipped.Of((_lifecycle?.Skipped ?? 0) + (_udpHooks?.Skipped ?? 0)));
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
        LoadBest(EbpfPlan.From(support, _options), support);
    }

    public void Collect(IRecordReceiver into)
    {
        if (_rows is null || _closed is null)
            throw new InvalidOperationException("BootstrapExisting comes before Collect.");
        using var raised = EffectiveCapabilities.Raise();
        var startedNs = MonotonicClock.NowNs;
        if (_ownersSchedule.IsDue(MonotonicClock.Now, Volatile.Read(ref _programs!.Shared.Births)))
            WalkOwners();
        var rows = _rows.Take();
        // After the rows: a connection that they no longer show has its final record in the ring by now.
        var closed = _closed.Take();
        into.Begin(startedNs, rows.Length);
        Deliver(rows, closed: false, into);
        for (var piece = 0; piece < closed.Pieces; piece++)
            Deliver(closed.Piece(piece), closed: true, into);
        _closed.GiveBack();
        _udpFlows?.Collect(into);
    }

    public Task StopAsync()
    {
        Release();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Release();
        return ValueTask.CompletedTask;
    }

    /// <summary>What the host is asked for, and what follows from readings, others fill in.</summary>
    private bool IsFilled(Field field)
    {
        if (field == FieldList.Drops)
            return _udpFlows is not null;
        if (field == FieldList.AcceptQueue || field == FieldList.AcceptLimit || field == FieldList.Queue)
            return _options.AllSockets;
        return field.Asks == HostFact.None && field != FieldList.Timestamp && field.Unit != FieldUnit.BytesPerSecond;
    }

    private static void Deliver(ReadOnlySpan<SocketRecordAbi> records, bool closed, IRecordReceiver into)
    {
        foreach (ref readonly var record in records)
        {
            SocketRecordDecoder.Decode(record, closed, out var reading);
            into.Receive(reading);
        }
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
                LoadAndTakeUp(plan);
                if (plan.Udp == UdpSource.None)
                    _missing.Add(
                        new Missing(refusal is null ? "UDP" : $"UDP: {refusal.Message}", support.Cgroup.Needs));
                return;
            }
            catch (KernelException e) when (!e.IsShortage)
            {
                Release();
                _missing.Clear();
                refusal ??= e;
                plan = plan.Lesser() ?? throw KernelSupport.Explain(e, support.Missing);
            }
        }
    }

    private void LoadAndTakeUp(EbpfPlan plan)
    {
        var programs = _programs = EbpfPrograms.Load(plan);
        var namespaces = new NetworkNamespaces(programs, plan.WalksNamespaces);
        // To put an array in its place the kernel waits until no program can be using the former one, some 10
        // ms: time for the rest. On a thread of its own: one of the runtime's, made here, would keep the
        // capabilities that are in effect here.
        var made = OwnThread.Begin("snapshot-rows", () =>
        {
            EffectiveCapabilities.RaiseForThisThread();
            return new SnapshotRows(programs, plan, namespaces, SocketStatistics.TcpSockets());
        });
        try
        {
            TakeUp(programs, plan, namespaces);
        }
        finally
        {
            _rows = made();
        }
    }

    private void TakeUp(EbpfPrograms programs, EbpfPlan plan, NetworkNamespaces namespaces)
    {
        _closed = new ClosedRecords(programs.ClosedRing);
        _lifecycle = new LifecycleHooks(programs);
        // Open files first, then what no file leads to: notes made in the order of the files lie, like their
        // sockets, in the order of later walks. Made in the order of the kernel's hash table they cost each
        // walk over 100,000 sockets twice as much.
        _owners = programs.Owners.AttachIterator();
        _heldSockets = new MapReader<ulong, SocketNoteAbi>(programs.HeldSockets);
        StartUdp(programs, plan);
        WalkOwners();
        var refused = TakeUpWithoutFiles(programs, plan, namespaces);
        var unseen = plan switch
        {
            { Rows: RowSource.Namespaces } => "live connections",
            { AllSockets: true } => "listeners and sockets that no process holds",
            _ => "sockets that no process holds",
        };
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

    /// <summary>
    /// Returns how many namespaces could not be entered. Where rows are read by namespace, the first reading
    /// takes up what it finds.
    /// </summary>
    private static int TakeUpWithoutFiles(EbpfPrograms programs, EbpfPlan plan, NetworkNamespaces namespaces)
    {
        if (plan.Rows == RowSource.Namespaces)
            return namespaces.VisitAll(() => { });
        using var existing = programs.Existing.AttachIterator();
        return namespaces.VisitAll(existing.Walk);
    }

    private void WalkOwners()
    {
        var started = MonotonicClock.Now;
        ref var shared = ref _programs!.Shared;
        var births = Volatile.Read(ref shared.Births);
        ForgetHeldSockets(ref shared);
        // The kernel side keeps 16 bits of it, and 0 for none.
        shared.OwnerPass = shared.OwnerPass == ushort.MaxValue ? 1 : shared.OwnerPass + 1;
        _owners!.Walk();
        _ownersSchedule.Ran(started, MonotonicClock.Now, births);
    }

    /// <summary>
    /// Of sockets that no walk came to since the last pass: they have ended, are closed, or are where no walk
    /// comes.
    /// </summary>
    private void ForgetHeldSockets(ref SharedAbi shared)
    {
        if (Volatile.Read(ref shared.HeldSockets) == 0)
            return;
        _heldSockets!.Read();
        foreach (var address in _heldSockets.Keys)
            _programs!.HeldSockets.Remove(address);
        Volatile.Write(ref shared.HeldSockets, 0);
    }

    private void Release()
    {
        using var raised = EffectiveCapabilities.Raise();
        _udpHooks?.Dispose();
        _udpFlows?.Dispose();
        _lifecycle?.Dispose();
        _owners?.Dispose();
        _rows?.Dispose();
        _closed?.Dispose();
        _programs?.Dispose();
        (_udpHooks, _udpFlows) = (null, null);
        (_lifecycle, _owners, _heldSockets, _rows, _closed) = (null, null, null, null, null);
        _programs = null;
    }
}
