namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// When the walk that finds owners is due. A new socket has an owner from birth; where it is only its listener's, a
/// walk finds who has accepted, as soon as may be. Holders of new sockets, and sockets that change hands later (a fork,
/// a descriptor passed on), are found by a walk now and then: sooner where processes have come or gone.
/// </summary>
internal sealed class OwnersSchedule
{
    /// <summary>
    /// Where owners are known to be wrong. At 100,000 open sockets a walk takes 70 ms: every other second.
    /// </summary>
    private const double ShareOfUnowned = 0.04;

    /// <summary>
    /// Where something has happened that may have given a socket to another: then every twenty seconds.
    /// </summary>
    private const double ShareOfNews = 0.004;

    /// <summary>Where nothing has, a descriptor may be passed on unseen: then every minute and a half.</summary>
    private const double ShareOfQuiet = 0.001;

    private static readonly TimeSpan BetweenNews = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenQuiet = TimeSpan.FromSeconds(10);

    private TimeSpan? _lastRun;
    private TimeSpan _took;
    private uint _birthsSeen;
    private bool _hasNews;

    /// <param name="now">On the clock of <see cref="Ran"/>.</param>
    /// <param name="births">As the kernel side counts them.</param>
    /// <param name="areUnowned">Some of them have the owner of their listener.</param>
    /// <param name="processesChanged">Since this was last asked.</param>
    public bool IsDue(TimeSpan now, uint births, bool areUnowned, bool processesChanged)
    {
        _hasNews |= processesChanged || births != _birthsSeen;
        if (_lastRun is not { } last)
            return true;
        var since = now - last;
        return (areUnowned && since >= _took / ShareOfUnowned)
            || (_hasNews && since >= BetweenNews && since >= _took / ShareOfNews)
            || (since >= BetweenQuiet && since >= _took / ShareOfQuiet);
    }

    /// <param name="from">When it began.</param>
    /// <param name="to">When it had ended.</param>
    /// <param name="births">As read before the walk.</param>
    public void Ran(TimeSpan from, TimeSpan to, uint births)
    {
        (_lastRun, _took) = (from, to - from);
        _birthsSeen = births;
        _hasNews = false;
    }
}
