namespace Tcptop.Linux.Naming;

/// <summary>Turns times of the boot clock, which the kernel stamps processes with, into times of day.</summary>
internal sealed class BootTime(TimeProvider time, Func<TimeSpan> sinceBoot)
{
    /// <summary>
    /// Two clocks cannot be read at once, and a start must not move by a millisecond from one look to the
    /// next. What differs by more was set.
    /// </summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(100);

    private DateTimeOffset _bootedAt;

    public DateTimeOffset WallClock(ulong sinceBootNs)
    {
        var bootedAt = time.GetUtcNow() - sinceBoot();
        if ((bootedAt - _bootedAt).Duration() > Tolerance)
            _bootedAt = bootedAt;
        return _bootedAt + TimeSpan.FromTicks((long)(sinceBootNs / (ulong)TimeSpan.NanosecondsPerTick));
    }
}
