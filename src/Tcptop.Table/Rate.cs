namespace Tcptop.Table;

internal static class Rate
{
    private const double NanosecondsPerSecond = 1e9;

    /// <summary>
    /// Units per second between two readings; null when no time has passed, as then nothing can be said.
    /// </summary>
    public static double? Between(ulong before, ulong after, ulong beforeNs, ulong afterNs) =>
        afterNs > beforeNs ? (after - Math.Min(before, after)) * NanosecondsPerSecond / (afterNs - beforeNs) : null;
}
