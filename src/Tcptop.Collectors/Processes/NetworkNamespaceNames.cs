using Tcptop.Libbpf;

namespace Tcptop.Collectors.Processes;

/// <summary>
/// The names that <c>ip netns</c> gave to network namespaces. Each is opened to be read and closed at once: held open, it would be kept alive.
/// </summary>
internal sealed class NetworkNamespaceNames(TimeProvider time, string directory = "/run/netns")
{
    private static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(2);

    private readonly Dictionary<uint, string> _names = [];
    private long? _readAt;

    public string? NameOf(uint inode)
    {
        if (_readAt is not { } at || time.GetElapsedTime(at) >= ReadEvery)
            Read();
        return _names.GetValueOrDefault(inode);
    }

    private void Read()
    {
        _readAt = time.GetTimestamp();
        _names.Clear();
        try
        {
            if (!Directory.Exists(directory))
                return;
            foreach (var path in Directory.EnumerateFiles(directory))
                Add(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It went while it was read; what was read of it is true.
        }
    }

    /// <summary>One namespace may have several names; the first in order is shown, so that it is the same each time.</summary>
    private void Add(string path)
    {
        using var ns = NetworkNamespaceHandle.TryOpen(path);
        if (ns is null)
            return;
        var name = Path.GetFileName(path);
        if (!_names.TryGetValue(ns.Inode, out var known) || string.CompareOrdinal(name, known) < 0)
            _names[ns.Inode] = name;
    }
}
