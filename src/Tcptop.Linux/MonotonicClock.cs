using System.Diagnostics;

namespace Tcptop.Linux;

/// <summary>The clock that the kernel stamps records with: on Linux, Stopwatch reads CLOCK_MONOTONIC.</summary>
public static class MonotonicClock
{
    public static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    public static ulong NowNs => (ulong)(Stopwatch.GetTimestamp() * (1_000_000_000.0 / Stopwatch.Frequency));
}
