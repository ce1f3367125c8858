using System.Diagnostics;

namespace Tcptop.Linux;

/// <summary>The clock that the kernel stamps records with: on Linux, Stopwatch reads CLOCK_MONOTONIC.</summary>
public static unsafe class MonotonicClock
{
    private const int CoarseClock = 6; // CLOCK_MONOTONIC_COARSE, which moves once a jiffy
    private const uint UsualTickNs = 4_000_000;

    /// <summary>The length of a jiffy, in which the kernel keeps some of its times.</summary>
    public static uint TickNs { get; } = ReadTick();

    public static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    public static ulong NowNs => (ulong)(Stopwatch.GetTimestamp() * (1_000_000_000.0 / Stopwatch.Frequency));

    private static uint ReadTick()
    {
        NativeMethods.ClockTime resolution;
        var isKnown = NativeMethods.clock_getres(CoarseClock, &resolution) == 0 && resolution.Nanoseconds > 0;
        return isKnown ? (uint)resolution.Nanoseconds : UsualTickNs;
    }
}
