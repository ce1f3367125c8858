using Tcptop.Model;

namespace Tcptop.Linux.Naming;

/// <summary>
/// The host's facts about rows, each from where it is kept, and each remembered for as long as it is likely
/// to hold.
/// </summary>
public sealed class HostFacts : IHostFacts, IDisposable
{
    private readonly LookupWorkers _workers;
    private readonly CgroupPaths _cgroups;
    private readonly ProcessCgroups _processCgroups;
    private readonly NetworkNamespaceNames _namespaces;
    private readonly UserNames _users;
    private readonly ProcessFactsReader _processes;

    /// <param name="time">For how long answers hold.</param>
    /// <param name="processes">Where the files of processes are.</param>
    public HostFacts(TimeProvider time, string processes = "/proc")
        : this(time, processes, new LookupWorkers())
    {
    }

    internal HostFacts(TimeProvider time, string processes, LookupWorkers workers)
    {
        _workers = workers;
        var files = new ProcessFiles(processes);
        _cgroups = new CgroupPaths(_workers, time);
        _processCgroups = new ProcessCgroups(files, _workers, time);
        _namespaces = new NetworkNamespaceNames(_workers, time);
        _users = new UserNames(_workers, time);
        _processes = new ProcessFactsReader(files, new BootTime(time, () => BootClock.Now), _workers, time);
    }

    public Action? Answered
    {
        get => _workers.AllAnswered;
        set => _workers.AllAnswered = value;
    }

    public Loss Unanswered => Losses.NamesUnanswered.Of(_workers.Unanswered);

    public void Await(ReadOnlySpan<ConnectionRecord> rows, Func<TimeSpan> timeLeft, HostFact asked = HostFact.All)
    {
        // One answer may lead to another question: where the tree of cgroups is, which of it is the
        // socket's, and if that tells nothing, the process's.
        const int MostSteps = 4;
        if (asked == HostFact.None)
            return;
        for (var step = 0; step < MostSteps; step++)
        {
            Ask(rows, asked);
            if (!_workers.Await(timeLeft))
                return;
        }
    }

    public RowFacts FactsOf(in ConnectionRecord row, HostFact asked = HostFact.All)
    {
        var isKnown = true;
        CgroupName? cgroup = null;
        string? network = null;
        string? user = null;
        ProcessFacts? process = null;
        if ((asked & HostFact.Cgroup) != 0)
            isKnown &= TryCgroup(row, out cgroup);
        if ((asked & HostFact.Namespace) != 0)
            isKnown &= _namespaces.TryNameOf(row.NetworkNamespace, out network);
        if ((asked & HostFact.User) != 0 && row.Uid is { } uid)
            isKnown &= _users.TryNameOf(uid, out user);
        if ((asked & HostFact.Process) != 0 && row.Owner.IsVisible)
            isKnown &= _processes.TryFactsOf(row.Owner, out process);
        return new RowFacts(cgroup?.Path, cgroup?.Container, network, user, process, !isKnown);
    }

    public void Dispose()
    {
        _workers.Dispose();
        _cgroups.Dispose();
    }

    private void Ask(ReadOnlySpan<ConnectionRecord> rows, HostFact asked)
    {
        var facts = new FactsOfRows(this, asked);
        foreach (ref readonly var row in rows)
            _ = facts.Of(row);
    }

    /// <summary>
    /// The socket's own where the host keeps a cgroup v2 tree and uses it; where all sockets are in its root,
    /// or there is none, that of the owner.
    /// </summary>
    private bool TryCgroup(in ConnectionRecord row, out CgroupName? cgroup)
    {
        cgroup = null;
        if (row.CgroupId != 0 && !_cgroups.TryGet(row.CgroupId, out cgroup))
            return false;
        if (cgroup is { IsRoot: false } || !row.Owner.IsVisible)
            return true;
        var own = cgroup;
        var isKnown = _processCgroups.TryGet(row.Owner, out cgroup);
        cgroup ??= own;
        return isKnown;
    }
}
