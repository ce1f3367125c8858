namespace Tcptop.Linux.Naming;

/// <summary>Where the cgroup v2 tree is.</summary>
internal static class CgroupTree
{
    /// <summary>Every cgroup has this file but the root of all.</summary>
    private const string FileOfBranches = "cgroup.type";

    private static readonly Lock Gate = new();

    /// <summary>Kept to the end of the process: no other path leads there.</summary>
    private static DescriptorHandle? _unmounted;

    /// <summary>
    /// A path to the root of the whole tree, if there is one: where it is mounted; else, as after
    /// <c>ip netns exec</c> or in a chroot, where the first process has it mounted; else, as on a
    /// host of cgroup v1, without a mount. Else the first branch that is mounted; null when there
    /// is none.
    /// </summary>
    /// <exception cref="KernelException">Too many files are open.</exception>
    public static string? Find()
    {
        var mounts = MountPoints("/proc/self", root: "");
        return mounts.Find(IsRoot)
            ?? MountPoints(FirstProcess.Directory, FirstProcess.Root).Find(IsRoot)
            ?? Unmounted()
            ?? mounts.FirstOrDefault();
    }

    /// <summary>Whether this is the root of the host's tree, and not of a container's view of it.</summary>
    public static bool IsRoot(string directory) =>
        File.Exists(Path.Combine(directory, "cgroup.procs")) && !File.Exists(Path.Combine(directory, FileOfBranches));

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

    private static string? Unmounted()
    {
        lock (Gate)
        {
            _unmounted ??= DetachedMount.TryOpenCgroupTree();
            if (_unmounted is null || IsRoot(_unmounted.Path))
                return _unmounted?.Path;
            _unmounted.Dispose();
            _unmounted = null;
            return null;
        }
    }

    /// <summary>Those that this process has; none where we may not know.</summary>
    private static List<string> MountPoints(string process, string root)
    {
        try
        {
            return [.. MountPoints(File.ReadAllLines(process + "/mounts")).Select(point => root + point)];
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException && !KernelException.IsShortOfFilesIn(e))
        {
            return [];
        }
    }

    /// <summary>The kernel writes these four, and no others, as three octal digits.</summary>
    private static string Unescape(string path) =>
        path.Replace("\\040", " ", StringComparison.Ordinal)
            .Replace("\\011", "\t", StringComparison.Ordinal)
            .Replace("\\012", "\n", StringComparison.Ordinal)
            .Replace("\\134", "\\", StringComparison.Ordinal);
}
