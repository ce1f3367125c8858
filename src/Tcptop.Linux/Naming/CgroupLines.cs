namespace Tcptop.Linux.Naming;

/// <summary>
/// The lines of <c>/proc/PID/cgroup</c>, one for each hierarchy: <c>ID:CONTROLLERS:PATH</c>, of v2
/// <c>0::PATH</c>.
/// </summary>
internal static class CgroupLines
{
    /// <summary>
    /// Hierarchies by how well their paths tell what a process belongs to. The others, and those that are
    /// mounted but not used, which is to say that everyone is in their root, come last.
    /// </summary>
    private static readonly string[] ByWorth = ["", "name=systemd", "cpu", "pids", "memory"];

    /// <summary>The path that tells most; "/" when the process is in every root; null without a line.</summary>
    public static string? Choose(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> best = [];
        var bestRank = int.MaxValue;
        // What stands behind the last line break was cut off by a full buffer.
        for (int end; (end = text.IndexOf('\n')) >= 0; text = text[(end + 1)..])
        {
            if (!TrySplit(text[..end], out var controllers, out var path))
                continue;
            var rank = path is "/" ? int.MaxValue - 1 : Rank(controllers);
            if (rank >= bestRank)
                continue;
            bestRank = rank;
            best = path;
        }
        return best.IsEmpty ? null : best.ToString();
    }

    private static bool TrySplit(
        ReadOnlySpan<char> line, out ReadOnlySpan<char> controllers, out ReadOnlySpan<char> path)
    {
        const string Deleted = " (deleted)";
        controllers = path = [];
        var first = line.IndexOf(':');
        var second = first < 0 ? -1 : line[(first + 1)..].IndexOf(':');
        if (second < 0)
            return false;
        controllers = line.Slice(first + 1, second);
        path = line[(first + second + 2)..];
        if (path.EndsWith(Deleted, StringComparison.Ordinal))
            path = path[..^Deleted.Length];
        return path is ['/', ..];
    }

    private static int Rank(ReadOnlySpan<char> controllers)
    {
        for (var rank = 0; rank < ByWorth.Length; rank++)
        {
            foreach (var controller in controllers.Split(','))
            {
                if (controllers[controller].SequenceEqual(ByWorth[rank]))
                    return rank;
            }
        }
        return ByWorth.Length;
    }
}
