namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// Keeps repeated work below a share of one core: after a run, the next is due when the rest of the share's
/// time has passed. What is cheap runs as often as it is asked for.
/// </summary>
internal sealed class DutyCycle(double share)
{
    private TimeSpan _nextAt = TimeSpan.MinValue;

    public bool IsDue(TimeSpan now) => now >= _nextAt;

    public void Ran(TimeSpan from, TimeSpan to) => _nextAt = from + (to - from) / share;
}
