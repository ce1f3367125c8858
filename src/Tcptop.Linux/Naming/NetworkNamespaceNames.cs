namespace Tcptop.Linux.Naming;

/// <summary>
/// The names that <c>ip netns</c> gave to network namespaces. None is opened: held open, it would be kept
/// alive, and a pipe may have the name.
/// </summary>
internal sealed class NetworkNamespaceNames(LookupWorkers workers, TimeProvider time, string directory = "/run/netns")
    : NameList(workers, time, ReadEvery)
{
    private static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(2);

    protected override Dictionary<uint, string> Read()
    {
        var names = new Dictionary<uint, string>();
        try
        {
            foreach (var path in Directory.EnumerateFiles(directory))
                Add(names, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            && !KernelException.IsShortOfFilesIn(e))
        {
            // Nobody has named one here, or it went while it was read; what was read of it is true.
        }
        return names;
    }

    /// <summary>
    /// One namespace may have several names; the first in order is shown, so that it is the same each time.
    /// </summary>
    private static void Add(Dictionary<uint, string> names, string path)
    {
        if (NetworkNamespaceHandle.InodeAt(path) is not { } inode)
            return;
        var name = Path.GetFileName(path);
        if (!names.TryGetValue(inode, out var known) || string.CompareOrdinal(name, known) < 0)
            names[inode] = name;
    }
}
