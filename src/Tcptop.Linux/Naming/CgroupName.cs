namespace Tcptop.Linux.Naming;

/// <summary>A cgroup as people know it.</summary>
/// <param name="Path">Below the root of its tree; "/" for the root.</param>
/// <param name="Container">The container or unit that the path tells of; null when it tells of none.</param>
internal sealed record CgroupName(string Path, string? Container)
{
    private const string Root = "/";

    /// <summary>Tells nothing: where the host does not use its cgroup v2 tree, all sockets are in it.</summary>
    public bool IsRoot => Path == Root;

    public static CgroupName? Of(string? path) => path is null ? null : new CgroupName(path, ContainerName.From(path));
}
