using System.Globalization;
using Tcptop.Libbpf;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// The network namespaces of this host: those of processes, and those that are only bound to a name. None is held open from one visit to the next, for
/// that would keep it alive.
/// </summary>
internal sealed class NetworkNamespaces(EbpfPrograms programs, bool watch)
{
    private const string NamedDirectory = "/run/netns";

    /// <summary>What looking for new namespaces may cost, while connections begin in some that we do not know.</summary>
    private const double SearchShare = 0.02;

    private readonly bool _mayLookAtAll = Capabilities.OfThisProcess().SysPtrace;
    private readonly DutyCycle _searchDuty = new(SearchShare);
    private Dictionary<uint, string> _others = [];
    private HashSet<uint> _announced = [];
    private uint _birthsSeen;
    private bool _hasSearched;

    /// <summary>
    /// At the last search there were processes of which we may not know in which namespace they are, for want of CAP_SYS_PTRACE. Who has it may be denied
    /// what is outside a container all the same, whose namespaces are none of the container's.
    /// </summary>
    public bool SomeAreHidden { get; private set; }

    /// <summary>
    /// Runs <paramref name="visit"/> once in each namespace: in our own on this thread, in the others on one made for it, since it is the thread that enters.
    /// Namespaces that vanish meanwhile are passed over.
    /// </summary>
    /// <returns>How many namespaces could not be entered for want of privilege.</returns>
    public int VisitAll(Action visit)
    {
        visit();
        if (IsSearchDue())
            Search();
        if (_others.Count == 0)
            return 0;
        var refused = 0;
        Exception? failure = null;
        var visitor = new Thread(() =>
        {
            try
            {
                refused = VisitOthers(visit);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // An exception that left the thread would end the process.
                failure = e;
            }
        })
        { Name = "namespaces" };
        visitor.Start();
        visitor.Join();
        return failure is null ? refused : throw failure;
    }

    /// <summary>A namespace that is new to us matters once a connection has begun in it, and that the kernel side tells.</summary>
    private bool IsSearchDue() =>
        !_hasSearched || (Volatile.Read(ref programs.Shared.StrangerBirths) != _birthsSeen && _searchDuty.IsDue(MonotonicClock.Now));

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
            if (ns.TryEnter())
                visit();
            else
                refused++;
        }
        return isCurrent;
    }

    /// <summary>Finds one path to each namespace but our own.</summary>
    private void Search()
    {
        var started = MonotonicClock.Now;
        // Before the search: what is born while we look around is looked for again.
        _birthsSeen = Volatile.Read(ref programs.Shared.StrangerBirths);
        var found = new Dictionary<uint, string>();
        SomeAreHidden = false;
        using var own = NetworkNamespaceHandle.TryOpen("/proc/self/ns/net");
        foreach (var path in ProcessPaths().Concat(NamedPaths()))
        {
            using var ns = NetworkNamespaceHandle.TryOpen(path);
            if (ns is not null && ns.Inode != own?.Inode)
                found.TryAdd(ns.Inode, path);
        }
        _others = found;
        _hasSearched = true;
        if (watch)
            Announce([own?.Inode ?? 0, .. found.Keys]);
        _searchDuty.Ran(started, MonotonicClock.Now);
    }

    /// <summary>Tells the kernel side which namespaces are no strangers.</summary>
    private void Announce(HashSet<uint> known)
    {
        foreach (var inode in _announced)
        {
            if (!known.Contains(inode))
                programs.KnownNamespaces.Remove(inode);
        }
        foreach (var inode in known)
        {
            if (!_announced.Contains(inode))
                _ = programs.KnownNamespaces.TryPut(inode, (byte)1);
        }
        _announced = known;
    }

    /// <summary>One path for each different link: links are cheap to read, namespaces less so to open.</summary>
    private IEnumerable<string> ProcessPaths()
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out _))
                continue;
            var path = directory + "/ns/net";
            var target = NetworkNamespaceHandle.ReadLink(path, out var isDenied);
            SomeAreHidden |= isDenied && !_mayLookAtAll;
            if (target is not null && known.Add(target))
                yield return path;
        }
    }

    private static string[] NamedPaths()
    {
        try
        {
            return Directory.GetFiles(NamedDirectory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nobody has named a namespace here.
            return [];
        }
    }
}
