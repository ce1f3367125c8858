using Tcptop.Model;

namespace Tcptop.Outputs.Trace;

/// <summary>
/// Turns times of the monotonic clock into times of day: the two clocks are compared now and then, for the
/// wall clock is set at times.
/// </summary>
public sealed class EventClock
{
    private const ulong CompareEveryNs = 1_000_000_000;

    private readonly TimeProvider _time;
    private readonly Func<ulong> _monotonicNs;
    private long _ticksAtZero;
    private ulong _comparedNs;

    public EventClock(TimeProvider time, UtcOffset local, Func<ulong> monotonicNs)
    {
        (_time, _monotonicNs, Local) = (time, monotonicNs, local);
        Compare(monotonicNs());
    }

    public UtcOffset Local { get; }

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
