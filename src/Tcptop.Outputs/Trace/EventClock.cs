namespace Tcptop.Outputs.Trace;

/// <summary>Turns times of the monotonic clock into times of day: the two clocks are compared now and then, for the wall clock is set at times.</summary>
public sealed class EventClock
{
    private const ulong CompareEveryNs = 1_000_000_000;

    private readonly TimeProvider _time;
    private readonly Func<ulong> _monotonicNs;
    private long _ticksAtZero;
    private ulong _comparedNs;

    public EventClock(TimeProvider time, Func<ulong> monotonicNs)
    {
        (_time, _monotonicNs) = (time, monotonicNs);
        Compare(monotonicNs());
    }

    public TimeZoneInfo LocalZone => _time.LocalTimeZone;

    /// <summary>Ticks of UTC.</summary>
    public long TicksAt(ulong monotonicNs)
    {
        if (monotonicNs > _comparedNs + CompareEveryNs)
            Compare(_monotonicNs());
        return _ticksAtZero + (long)(monotonicNs / (ulong)TimeSpan.NanosecondsPerTick);
    }

    private void Compare(ulong nowNs)
    {
        _ticksAtZero = _time.GetUtcNow().Ticks - (long)(nowNs / (ulong)TimeSpan.NanosecondsPerTick);
        _comparedNs = nowNs;
    }
}
