using System.Globalization;
using Tcptop.Libbpf;

namespace Tcptop.Collectors.Ebpf;

/// <summary>The network namespaces that this host has now: those of processes, and those that are only bound to a name.</summary>
internal static class NetworkNamespaces
{
    private const string NamedDirectory = "/run/netns";

    /// <summary>
    /// Runs <paramref name="visit"/> once in each namespace, on a thread made for it, for it is the thread that enters. Namespaces that vanish meanwhile are
    /// passed over.
    /// </summary>
    /// <returns>How many namespaces could not be entered for want of privilege.</returns>
    public static int VisitAll(Action visit)
    {
        var paths = FindPaths();
        var refused = 0;
        Exception? failure = null;
        var visitor = new Thread(() =>
        {
            try
            {
                refused = VisitEach(paths, visit);
            }
            catch (BpfException e)
            {
                failure = e;
            }
        })
        { Name = "namespaces" };
        visitor.Start();
        visitor.Join();
        return failure is null ? refused : throw failure;
    }

    /// <summary>One path to each distinct namespace but our own, which the visitor starts in.</summary>
    internal static IReadOnlyCollection<string> FindPaths()
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        if (Identity("/proc/self/ns/net") is { } own)
            known.Add(own);
        var paths = new List<string>();
        foreach (var path in Candidates())
        {
            if (Identity(path) is { } identity && known.Add(identity))
                paths.Add(path);
        }
        return paths;
    }

    private static int VisitEach(IReadOnlyCollection<string> paths, Action visit)
    {
        visit();
        var refused = 0;
        foreach (var path in paths)
        {
            using var ns = NetworkNamespaceHandle.TryOpen(path);
            if (ns is null)
                continue;
            if (ns.TryEnter())
                visit();
            else
                refused++;
        }
        return refused;
    }

    private static IEnumerable<string> Candidates()
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out _))
                yield return directory + "/ns/net";
        }
        if (!Directory.Exists(NamedDirectory))
            yield break;
        foreach (var file in Directory.EnumerateFiles(NamedDirectory))
            yield return file;
    }

    /// <summary>"net:[4026531840]"; null when the namespace is gone or not ours to see.</summary>
    private static string? Identity(string path)
    {
        try
        {
            if (path.StartsWith("/proc/", StringComparison.Ordinal))
                return new FileInfo(path).LinkTarget;
            // A name is a mount over a plain file: only its open descriptor tells what is mounted there.
            using var file = File.OpenHandle(path);
            return new FileInfo($"/proc/self/fd/{file.DangerousGetHandle()}").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
