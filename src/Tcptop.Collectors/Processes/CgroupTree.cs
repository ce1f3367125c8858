namespace Tcptop.Collectors.Processes;

/// <summary>Where the cgroup v2 tree is mounted.</summary>
internal static class CgroupTree
{
    /// <summary>Every cgroup has this file but the root of all.</summary>
    private const string FileOfBranches = "cgroup.type";

    /// <summary>The first place where the whole tree is mounted; else the first where a branch of it is; null when there is none, or none can be seen.</summary>
    public static string? Find()
    {
        try
        {
            string? branch = null;
            foreach (var mount in MountPoints(File.ReadAllLines("/proc/self/mounts")))
            {
                if (IsRoot(mount))
                    return mount;
                branch ??= mount;
            }
            return branch;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether this is the root of the host's tree, and not of a container's view of it.</summary>
    public static bool IsRoot(string mount) => File.Exists(Path.Combine(mount, "cgroup.procs")) && !File.Exists(Path.Combine(mount, FileOfBranches));

    /// <param name="mounts">Lines of /proc/self/mounts.</param>
    internal static IEnumerable<string> MountPoints(IEnumerable<string> mounts)
    {
        foreach (var line in mounts)
        {
            var fields = line.Split(' ');
            if (fields.Length > 2 && fields[2] == "cgroup2")
                yield return Unescape(fields[1]);
        }
    }

    /// <summary>The kernel writes these four, and no others, as three octal digits.</summary>
    private static string Unescape(string path) =>
        path.Replace("\\040", " ", StringComparison.Ordinal)
            .Replace("\\011", "\t", StringComparison.Ordinal)
            .Replace("\\012", "\n", StringComparison.Ordinal)
            .Replace("\\134", "\\", StringComparison.Ordinal);
}
