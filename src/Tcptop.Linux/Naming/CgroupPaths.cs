using Microsoft.Win32.SafeHandles;

namespace Tcptop.Linux.Naming;

/// <summary>Cgroups by their v2 ids, asked of the kernel once each, when a row that has one is shown.</summary>
internal sealed class CgroupPaths : IDisposable
{
    /// <summary>
    /// What could not be had may be had later. What is known stays as it is: cgroups of v2 have one
    /// path for life, and that of a cgroup that has gone is still its sockets'.
    /// </summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(30);

    private readonly AnswerStore<string, Tree?> _trees;
    private readonly AnswerStore<ulong, CgroupName?> _paths;
    private Tree? _tree;

    public CgroupPaths(LookupWorkers workers, TimeProvider time)
    {
        _trees = new(workers, time, AskAgain, (_, _) => _tree ??= Tree.TryOpen());
        _paths = new(workers, time, AskAgain, (id, _) => Ask(id));
    }

    /// <summary>
    /// False while it is not known; null when there is no cgroup v2 tree, the cgroup is gone, or we may not
    /// ask.
    /// </summary>
    public bool TryGet(ulong id, out CgroupName? cgroup)
    {
        cgroup = null;
        return _trees.TryGet("", out var tree) && (tree is null || _paths.TryGet(id, out cgroup));
    }

    public void Dispose() => _tree?.Mount.Dispose();

    private CgroupName? Ask(ulong id) =>
        _paths.TryGet(id, out var known) && known is not null
            ? known
            : CgroupName.Of(_tree!.PathOf(id));

    /// <param name="Root">What the kernel calls the root, which may have no path here.</param>
    /// <param name="Mount">Any file of the mount.</param>
    private sealed record Tree(string Root, SafeFileHandle Mount)
    {
        private const string AnyFile = "/cgroup.procs";

        public static Tree? TryOpen()
        {
            try
            {
                if (CgroupTree.Find() is not { } tree)
                    return null;
                // A directory cannot be opened as a file in .NET.
                var mount = File.OpenHandle(tree + AnyFile);
                return new Tree(DescriptorHandle.TargetOf(mount)?[..^AnyFile.Length] ?? "", mount);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or KernelException)
            {
                return null;
            }
        }

        public string? PathOf(ulong id)
        {
            var path = KernfsPaths.Find(Mount, id);
            if (path is null || !path.StartsWith(Root, StringComparison.Ordinal))
                return null;
            var below = path[Root.Length..];
            return below.Length == 0 ? "/" : below;
        }
    }
}
