using System.Globalization;
using System.Runtime.InteropServices;
using Tcptop.Linux;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// The network namespaces of this host: those of processes, and those that are only bound to a name. None is
/// held open from one visit to the next, for that would keep it alive.
/// </summary>
internal sealed class NetworkNamespaces
{
    private const string NamedDirectory = "/run/netns";

    /// <summary>
    /// What looking for new namespaces may cost, while connections begin in some that we do not know.
    /// </summary>
    private const double SearchShare = 0.02;

    /// <summary>
    /// At the start: a mount may lie over what is searched, and be held up. Sockets that nobody holds
    /// are looked for then, once.
    /// </summary>
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Later. Hosts with thousands of processes take some 10 ms; what takes longer is not waited
    /// for again, and used by the first visit after it has come.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.1);

    private readonly EbpfPrograms _programs;
    private readonly bool _watch;
    private readonly BoundedCall<Found> _search;
    private readonly bool _mayLookAtAll = Capabilities.OfThisThread().SysPtrace;
    private readonly DutyCycle _searchDuty = new(SearchShare);
    private Dictionary<uint, string> _others = [];
    private HashSet<uint> _announced = [];
    private uint _birthsSeen;
    private uint _birthsSought;
    private bool _hasBegun;
    private bool _hasSearched;
    private int _refusal;

    public NetworkNamespaces(EbpfPrograms programs, bool watch)
    {
        (_programs, _watch) = (programs, watch);
        _search = new("namespace-search", Find);
    }

    /// <summary>
    /// At the last search there were processes of which we may not know in which namespace they are, for want
    /// of CAP_SYS_PTRACE. Who has it may be denied what is outside a container all the same, whose namespaces
    /// are none of the container's.
    /// </summary>
    public bool SomeAreHidden { get; private set; }

    /// <summary>The search has never come back: no other namespaces are known.</summary>
    public bool IsHeldUp => !_hasSearched;

    /// <summary>What those need that were refused.</summary>
    public string NeededToEnter() =>
        Needed(Capabilities.OfThisThread().SysAdmin, Seccomp.IsFiltering(), _refusal);

    /// <summary>
    /// Runs <paramref name="visit"/> once in each namespace: in our own on this thread, in the others on one
    /// made for it, since it is the thread that enters. Namespaces that vanish meanwhile are passed over.
    /// </summary>
    /// <returns>How many namespaces could not be entered for want of privilege.</returns>
    public int VisitAll(Action visit)
    {
        visit();
        // One that took longer may have come back.
        TakeFound(TimeSpan.Zero);
        if (!_hasSearched || HasStrangers())
            Search();
        if (_others.Count == 0)
            return 0;
        var refused = 0;
        OwnThread.Run("namespaces", () =>
        {
            EffectiveCapabilities.RaiseForThisThread();
            refused = VisitOthers(visit);
        });
        return refused;
    }

    internal static string Needed(bool sysAdmin, bool isFiltered, int errno)
    {
        if (!sysAdmin)
            return "CAP_SYS_ADMIN";
        if (isFiltered && Seccomp.MayAnswer(errno))
            return "a seccomp filter that allows setns, as a container may have it";
        return KernelException.MeansRefusal(errno)
            ? "a security policy that allows setns"
            : $"setns to work: {Marshal.GetPInvokeErrorMessage(errno)}";
    }

    /// <summary>
    /// A namespace that is new to us matters once a connection has begun in it, and that the kernel side
    /// tells.
    /// </summary>
    private bool HasStrangers() => Volatile.Read(ref _programs.Shared.StrangerBirths) != _birthsSeen;

    private int VisitOthers(Action visit)
    {
        var refused = 0;
        var visited = new HashSet<uint>();
        if (!VisitKnown(visited, ref refused, visit))
        {
            // The process that led to a namespace has gone; another one may be in it still.
            Search();
            VisitKnown(visited, ref refused, visit);
        }
        return refused;
    }

    /// <summary>False when a path led nowhere, or to another namespace than it did.</summary>
    private bool VisitKnown(HashSet<uint> visited, ref int refused, Action visit)
    {
        var isCurrent = true;
        foreach (var (inode, path) in _others)
        {
            if (visited.Contains(inode))
                continue;
            using var ns = NetworkNamespaceHandle.TryOpen(path);
            if (ns?.Inode != inode)
            {
                isCurrent = false;
                continue;
            }
            visited.Add(inode);
            if (ns.TryEnter(out var errno))
            {
                visit();
                continue;
            }
            refused++;
            _refusal = errno;
        }
        return isCurrent;
    }

    /// <summary>If it is due. Where it is held up, what was known before stays.</summary>
    private void Search()
    {
        if (_search.IsOut || !_searchDuty.IsDue(MonotonicClock.Now))
            return;
        // Before the search: what is born while we look around is looked for again.
        _birthsSought = Volatile.Read(ref _programs.Shared.StrangerBirths);
        _search.Begin();
        TakeFound(_hasBegun ? Patience : FirstPatience);
        _hasBegun = true;
    }

    private void TakeFound(TimeSpan patience)
    {
        if (_search.Take(patience) is not { } found)
            return;
        (_others, SomeAreHidden) = (found.Others, found.SomeAreHidden);
        (_birthsSeen, _hasSearched) = (_birthsSought, true);
        // To be held up costs nothing: not more than this is put down to it.
        _searchDuty.Ran(found.Began, found.Began + Min(found.Took, FirstPatience));
        if (_watch)
            Announce([found.Own, .. found.Others.Keys]);
    }

    /// <summary>Finds one path to each namespace but our own. On a thread of its own, which may be held up.</summary>
    private Found Find()
    {
        var began = MonotonicClock.Now;
        var others = new Dictionary<uint, string>();
        var someAreHidden = false;
        using var own = NetworkNamespaceHandle.TryOpen("/proc/self/ns/net");
        foreach (var path in ProcessPaths(() => someAreHidden = true).Concat(NamedPaths()))
        {
            using var ns = NetworkNamespaceHandle.TryOpen(path);
            if (ns is not null && ns.Inode != own?.Inode)
                others.TryAdd(ns.Inode, path);
        }
        return new Found(
            own?.Inode ?? 0, others, someAreHidden, began, MonotonicClock.Now - began);
    }

    /// <summary>Tells the kernel side which namespaces are no strangers.</summary>
    private void Announce(HashSet<uint> known)
    {
        foreach (var inode in _announced)
        {
            if (!known.Contains(inode))
                _programs.KnownNamespaces.Remove(inode);
        }
        foreach (var inode in known)
        {
            if (!_announced.Contains(inode))
                _ = _programs.KnownNamespaces.TryPut(inode, (byte)1);
        }
        _announced = known;
    }

    /// <summary>One path for each different link: links are cheap to read, namespaces less so to open.</summary>
    private IEnumerable<string> ProcessPaths(Action hidden)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            var isProcess = int.TryParse(
                Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out _);
            if (!isProcess)
                continue;
            var path = directory + "/ns/net";
            var target = NetworkNamespaceHandle.ReadLink(path, out var isDenied);
            if (isDenied && !_mayLookAtAll)
                hidden();
            if (target is not null && known.Add(target))
                yield return path;
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static string[] NamedPaths()
    {
        try
        {
            return Directory.GetFiles(NamedDirectory);
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException && !KernelException.IsShortOfFilesIn(e))
        {
            // Nobody has named a namespace here.
            return [];
        }
    }

    /// <param name="Own">Inode of our own namespace; 0: not known.</param>
    /// <param name="Others">Inode and a path of each other one.</param>
    /// <param name="SomeAreHidden">As <see cref="NetworkNamespaces.SomeAreHidden"/>.</param>
    /// <param name="Took">From <paramref name="Began"/> on.</param>
    private sealed record Found(
        uint Own,
        Dictionary<uint, string> Others,
        bool SomeAreHidden,
        TimeSpan Began,
        TimeSpan Took);
}
