namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// When the walk that finds owners is due. A new socket has an owner from birth; a walk confirms or corrects
/// it, so there is one after births. Sockets that change hands later (a fork, a descriptor passed on) are
/// found by a walk now and then.
/// </summary>
internal sealed class OwnersSchedule
{
    /// <summary>
    /// At 100,000 open sockets a walk takes 70 ms, and is made every other second; up to 50,000 it may be
    /// made every second.
    /// </summary>
    private const double Share = 0.04;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    private readonly DutyCycle _duty = new(Share);
    private TimeSpan? _lastRun;
    private uint _birthsSeen;

    public bool IsDue(TimeSpan now, uint births) =>
        _lastRun is not { } last || (_duty.IsDue(now) && (births != _birthsSeen || now - last >= Longest));

    /// <param name="births">As read before the walk.</param>
    public void Ran(TimeSpan from, TimeSpan to, uint births)
    {
        _duty.Ran(from, to);
        _lastRun = from;
        _birthsSeen = births;
    }
}
