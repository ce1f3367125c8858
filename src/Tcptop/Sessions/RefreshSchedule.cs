namespace Tcptop.Sessions;

/// <summary>
/// When the next refresh is due: at whole intervals from the first, so that the work of a refresh does not
/// push the later ones back. A refresh that took longer than the interval leaves out those it missed.
/// </summary>
internal struct RefreshSchedule(TimeSpan start, TimeSpan interval)
{
    private TimeSpan _due = start;

    /// <param name="now">Time on the clock that gave the start.</param>
    /// <returns>How long to wait; zero or less when it is due.</returns>
    public TimeSpan UntilNext(TimeSpan now)
    {
        _due += interval;
        if (_due < now)
            _due += Math.Floor((now - _due) / interval) * interval;
        return _due - now;
    }
}
