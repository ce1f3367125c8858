namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// When the last refreshes were. The kernel side notes at each datagram the number of the refresh that came
/// before it; from that follows, to one interval, how long a flow has been idle.
/// </summary>
internal sealed class RefreshTimes(TimeSpan idle)
{
    public const uint First = 1;

    private readonly Queue<(uint Refresh, TimeSpan EndedAt)> _ended = new();

    /// <summary>
    /// Flows whose last datagram came after this refresh, but not after the next, or earlier, are idle; null
    /// as long as none can be.
    /// </summary>
    public uint? LastIdle { get; private set; }

    /// <summary>The number of the refresh under way; never 0.</summary>
    public uint Current { get; private set; } = First;

    /// <summary>Begins the next refresh: all datagrams up to now came in the one before.</summary>
    public void Advance(TimeSpan now)
    {
        _ended.Enqueue((Current, now));
        while (_ended.TryPeek(out var oldest) && now - oldest.EndedAt >= idle)
        {
            LastIdle = oldest.Refresh;
            _ended.Dequeue();
        }
        Current++;
    }
}
