namespace Tcptop.Sessions;

/// <summary>
/// When the next refresh is due: at whole intervals from the first, so that the work of a refresh does not
/// push the later ones back. A refresh that took longer than the interval leaves out those it missed; after
/// one that came late, as after a stop, there is at least half an interval.
/// </summary>
internal struct RefreshSchedule(TimeSpan start, TimeSpan interval)
{
    private TimeSpan _due = start;

    /// <param name="began">When the last refresh began, on the clock that gave the start.</param>
    /// <param name="now">Time on that clock.</param>
    /// <returns>How long to wait; zero or less when it is due.</returns>
    public TimeSpan UntilNext(TimeSpan began, TimeSpan now)
    {
        _due += interval;
        if (_due < now)
            _due += Math.Floor((now - _due) / interval) * interval;
        if (_due - began < interval / 2)
            _due += interval;
        return _due - now;
    }
}
