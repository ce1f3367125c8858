using System.Threading.Channels;
using Tcptop.Collectors.Libbpf;
using Tcptop.Linux;
using Tcptop.Model;
using Tcptop.Model.Collecting;

namespace Tcptop.Collectors.Ebpf.Trace;

/// <summary>
/// Events, not totals: each send, receive and TCP state change. They go to a channel, or whoever wants them
/// without a copy reads them here. One thread reads.
/// </summary>
public sealed class TraceCollector(TraceOptions options) : IEventCollector
{
    private readonly List<BpfLink> _links = [];
    private IReadOnlyList<Missing> _missing = [];
    private TracePrograms? _programs;
    private TraceReader? _reader;
    private EventStream? _stream;

    /// <summary>Nobody waits any more.</summary>
    private readonly WakeSignal _stopped = new();

    public CollectorDescription Description => new("eBPF trace", _missing) { Events = Events };

    public IReadOnlyList<Loss> Losses
    {
        get
        {
            if (_programs is not { } programs)
                return [];
            using var raised = EffectiveCapabilities.Raise();
            ulong skipped = 0;
            lock (_links)
            {
                foreach (var link in _links)
                    skipped += link.Skipped;
            }
            return
            [
                Model.Losses.TraceRingFull.Of(Volatile.Read(ref programs.Shared.Losses[(int)LossAbi.TraceRingFull])),
                Model.Losses.TracePeerUnknown.Of(
                    Volatile.Read(ref programs.Shared.Losses[(int)LossAbi.TracePeerUnknown])),
                Model.Losses.SocketStorageFailed.Of(
                    Volatile.Read(ref programs.Shared.Losses[(int)LossAbi.StorageFailed])),
                Model.Losses.ProgramsSkipped.Of(skipped),
                Model.Losses.EventsUnreadable.Of(_reader?.Unreadable ?? 0),
                Model.Losses.EventChannelFull.Of(_stream?.Refused ?? 0),
            ];
        }
    }

    private IReadOnlyList<CollectorEventKind> Events =>
    [
        .. options.Filter.WantsTcp
            ? (ReadOnlySpan<CollectorEventKind>)[CollectorEventKind.TcpSend, CollectorEventKind.TcpRecv]
            : [],
        .. options.Filter.WantsUdp
            ? (ReadOnlySpan<CollectorEventKind>)[CollectorEventKind.UdpSend, CollectorEventKind.UdpRecv]
            : [],
        .. options.Filter.WantsTcp ? (ReadOnlySpan<CollectorEventKind>)[CollectorEventKind.TcpStateChange] : [],
    ];

    /// <summary>
    /// Attaches everything, and names the owners of the TCP sockets that exist. Events are made from here on.
    /// </summary>
    /// <exception cref="PrivilegeException">The process may not load eBPF programs.</exception>
    /// <exception cref="UnsupportedHostException">The kernel or its policy does not let one of the programs
    /// run.</exception>
    public void BootstrapExisting()
    {
        using var raised = EffectiveCapabilities.Raise();
        Capabilities.Require();
        OpenFiles.Require(EbpfOptions.OpenFiles);
        var support = TraceSupport.Probe();
        using var types = support.Types;
        var plan = TracePlan.From(support, options.Filter);
        KernelException? refusal = null;
        while (true)
        {
            try
            {
                LoadAndAttach(plan, types);
                // What the kernel took for an empty program it may still refuse for ours: then it is said why.
                _missing = refusal is null ? plan.Missing : [.. plan.Missing, Refused(refusal)];
                return;
            }
            catch (KernelException e) when (!e.IsShortage)
            {
                Release();
                refusal ??= e;
                plan = plan.Lesser() ?? throw KernelSupport.Explain(e, support.Missing);
            }
        }
    }

    public Task StartAsync(ChannelWriter<CollectorEvent> events, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        _stream = new EventStream(Reader, events);
        return Task.CompletedTask;
    }

    public int Read(IEventReceiver into, int most) => Reader.Read(into, most);

    public void Wait(CancellationToken stop)
    {
        using var wake = stop.UnsafeRegister(static signal => ((WakeSignal)signal!).Signal(), _stopped);
        Reader.Wait(_stopped);
    }

    public ulong Waiting => Reader.Waiting;

    public void Detach()
    {
        using var raised = EffectiveCapabilities.Raise();
        lock (_links)
        {
            foreach (var link in _links)
                link.Dispose();
        }
    }

    public Task StopAsync()
    {
        Release();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Release();
        _stopped.Dispose();
        return ValueTask.CompletedTask;
    }

    private TraceReader Reader =>
        _reader ?? throw new InvalidOperationException("BootstrapExisting comes before all else.");

    private void LoadAndAttach(TracePlan plan, KernelTypes? types)
    {
        var programs = _programs = TracePrograms.Load(plan, options.BufferBytes, types);
        _reader = new TraceReader(programs.Ring);
        foreach (var name in plan.CgroupPrograms)
            Keep(programs.Program(name).AttachToCgroup(plan.Cgroup.Root!));
        foreach (var name in plan.TracingPrograms)
            Keep(programs.Program(name).Attach());
        // After the states are watched: a socket that is born meanwhile is seen by them.
        if (plan.NeedsOwners)
            NameOwners(programs);
    }

    private void Keep(BpfLink link)
    {
        lock (_links)
            _links.Add(link);
    }

    private static Missing Refused(KernelException refusal) =>
        new($"the kernel refused what it seemed to support: {refusal.Message}");

    private static void NameOwners(TracePrograms programs)
    {
        programs.Shared.OwnerPass = 1;
        using var owners = programs.Program(TracePlan.OwnersProgram).AttachIterator();
        owners.Walk();
    }

    private void Release()
    {
        using var raised = EffectiveCapabilities.Raise();
        Detach();
        lock (_links)
            _links.Clear();
        _stream?.Dispose();
        _reader?.Dispose();
        _programs?.Dispose();
        (_stream, _reader, _programs) = (null, null, null);
    }
}
