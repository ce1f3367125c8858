namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// When the walk that finds owners is due. A new socket has an owner from birth; where it is only its listener's, a
/// walk finds who has accepted, as soon as may be. Holders of new sockets, and sockets that change hands later (a fork,
/// a descriptor passed on), are found by a walk now and then: sooner where processes have come or gone.
/// </summary>
internal sealed class OwnersSchedule
{
    /// <summary>
    /// At 100,000 open sockets a walk takes 70 ms, and is made every other second; up to 50,000 it may be
    /// made every second.
    /// </summary>
    private const double Share = 0.04;

    /// <summary>Where something has happened that may have given a socket to another.</summary>
    private static readonly TimeSpan WithNews = TimeSpan.FromSeconds(1);

    /// <summary>Where nothing has: a descriptor may be passed on unseen.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly DutyCycle _duty = new(Share);
    private TimeSpan? _lastRun;
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
        return _duty.IsDue(now) && (areUnowned || now - last >= (_hasNews ? WithNews : Longest));
    }

    /// <param name="from">When it began.</param>
    /// <param name="to">When it had ended.</param>
    /// <param name="births">As read before the walk.</param>
    public void Ran(TimeSpan from, TimeSpan to, uint births)
    {
        _duty.Ran(from, to);
        _lastRun = from;
        _birthsSeen = births;
        _hasNews = false;
    }
}
