using Microsoft.Win32.SafeHandles;
using Tcptop.Libbpf;

namespace Tcptop.Collectors.Processes;

/// <summary>Paths of cgroup v2 ids, asked of the kernel once each, when a row that has one is shown.</summary>
internal sealed class CgroupPaths : IDisposable
{
    /// <summary>Where containers come and go by the thousand, old paths are forgotten at this many rather than kept for ever.</summary>
    public const int MaximumRemembered = 4096;

    private readonly string _mountPoint = "";
    private readonly SafeFileHandle? _mount;
    private readonly Dictionary<ulong, string?> _paths = [];

    public CgroupPaths()
    {
        try
        {
            if (CgroupTree.Find() is not { } mountPoint)
                return;
            _mountPoint = mountPoint;
            // A directory cannot be opened as a file in .NET; any file of the mount serves.
            _mount = File.OpenHandle(Path.Combine(mountPoint, "cgroup.procs"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _mount = null;
        }
    }

    /// <summary>"/" for the root; null when there is no cgroup v2 tree, the cgroup is gone, or we may not ask.</summary>
    public string? PathOf(ulong id)
    {
        if (_mount is null)
            return null;
        if (_paths.TryGetValue(id, out var path))
            return path;
        if (_paths.Count >= MaximumRemembered)
            _paths.Clear();
        return _paths[id] = BelowMount(KernfsPaths.Find(_mount, id));
    }

    public void Dispose() => _mount?.Dispose();

    private string? BelowMount(string? path)
    {
        if (path is null || !path.StartsWith(_mountPoint, StringComparison.Ordinal))
            return null;
        var below = path[_mountPoint.Length..];
        return below.Length == 0 ? "/" : below;
    }
}
