using Tcptop.Libbpf;
using Tcptop.Model;

namespace Tcptop.Collectors.Processes;

/// <summary>The host's facts about rows, each from where it is kept, and each remembered for as long as it is likely to hold.</summary>
public sealed class HostFacts : IHostFacts, IDisposable
{
    private const string Root = "/";

    private readonly CgroupPaths _cgroups = new();
    private readonly ProcessCgroups _processCgroups;
    private readonly Dictionary<string, string?> _containers = new(StringComparer.Ordinal);
    private readonly NetworkNamespaceNames _namespaces;
    private readonly UserNames _users;
    private readonly ProcessFactsReader _processes;

    public HostFacts(TimeProvider time)
    {
        var files = new ProcessFiles();
        _processCgroups = new ProcessCgroups(files, time);
        _namespaces = new NetworkNamespaceNames(time);
        _users = new UserNames(time);
        _processes = new ProcessFactsReader(files, new BootTime(time, () => BootClock.Now), time);
    }

    /// <summary>
    /// The socket's own where the host keeps a cgroup v2 tree and uses it; where all sockets are in its root, or there is none, that of the owner.
    /// </summary>
    public string? CgroupPath(in ConnectionRecord row)
    {
        var path = row.CgroupId != 0 ? _cgroups.PathOf(row.CgroupId) : null;
        return (path is null or Root) && row.Owner.IsVisible ? _processCgroups.PathOf(row.Owner) ?? path : path;
    }

    public string? Container(in ConnectionRecord row)
    {
        if (CgroupPath(row) is not { } path)
            return null;
        if (_containers.TryGetValue(path, out var name))
            return name;
        if (_containers.Count >= CgroupPaths.MaximumRemembered)
            _containers.Clear();
        return _containers[path] = ContainerName.From(path);
    }

    public string? NetworkNamespaceName(in ConnectionRecord row) => _namespaces.NameOf(row.NetworkNamespace);

    public string? UserName(in ConnectionRecord row) => row.Uid is { } uid ? _users.NameOf(uid) : null;

    public ProcessFacts? Process(in ConnectionRecord row) => row.Owner.IsVisible ? _processes.FactsOf(row.Owner) : null;

    public void Dispose() => _cgroups.Dispose();
}
