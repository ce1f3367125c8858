namespace Tcptop.Model;

/// <summary>Finds the flag, or the field, that somebody may have meant.</summary>
public static class NearestName
{
    /// <summary>Two slips in a long name are a typing error; more are another word.</summary>
    private const int MaximumDistance = 2;

    public static string? Find(string given, IEnumerable<string> names)
    {
        string? nearest = null;
        var best = MaximumDistance + 1;
        foreach (var name in names)
        {
            if (name.Length <= MaximumDistance)
                continue;
            var isBegun = given.Length > MaximumDistance && name.StartsWith(given, StringComparison.Ordinal);
            var distance = isBegun ? 1 : Distance(given, name);
            // Where more than half of the letters are others, it is another word.
            if (distance < best && 2 * distance <= given.Length - Dashes(given))
                (best, nearest) = (distance, name);
        }
        return nearest;
    }

    private static int Dashes(string name) => name.Length - name.TrimStart('-').Length;

    /// <summary>Levenshtein's: insertions, deletions and replacements from one to the other.</summary>
    private static int Distance(string from, string to)
    {
        if (Math.Abs(from.Length - to.Length) > MaximumDistance)
            return int.MaxValue;
        var previous = new int[to.Length + 1];
        var current = new int[to.Length + 1];
        for (var j = 0; j <= to.Length; j++)
            previous[j] = j;
        for (var i = 1; i <= from.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replace = previous[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                current[j] = Math.Min(replace, Math.Min(previous[j], current[j - 1]) + 1);
            }
            (previous, current) = (current, previous);
        }
        return previous[to.Length];
    }
}
