using System.Globalization;

namespace Tcptop.Collectors.Ebpf;

/// <summary>How many sockets there are, roughly: a size to begin with, which the first walk corrects.</summary>
internal static class SocketStatistics
{
    /// <summary>TCP sockets of the host; 0 where /proc does not say.</summary>
    public static int TcpSockets()
    {
        try
        {
            return ParseTcp(File.ReadLines("/proc/net/sockstat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No /proc/net here: the smallest size will do.
            return 0;
        }
    }

    /// <param name="lines">As in <c>TCP: inuse 5 orphan 0 tw 2 alloc 8 mem 1</c>, where alloc is of all
    /// namespaces.</param>
    internal static int ParseTcp(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            var words = line.Split(' ');
            var at = Array.IndexOf(words, "alloc") + 1;
            if (words[0] == "TCP:" && at > 0 && at < words.Length
                && int.TryParse(words[at], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                return count;
        }
        return 0;
    }
}
