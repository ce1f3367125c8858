namespace Tcptop.Model;

/// <summary>
/// What a connection is, never its 4-tuple: ports are reused and namespaces overlap.
/// </summary>
/// <param name="SocketCookie">The kernel's id of the socket, unique until reboot.</param>
/// <param name="BornNs">
/// Kernel monotonic time of the connection's birth; tells apart the connections that one TCP socket makes one
/// after the other. 0 when it is older than the collector.
/// </param>
/// <param name="Remote">
/// The peer of a UDP flow, and of what stands in the place of a TCP socket (TIME_WAIT, SYN_RECV); default for
/// a TCP connection, where cookie and birth say it all.
/// </param>
/// <param name="LinkIndex">
/// Of a UDP flow whose peer's address is another machine on each link (link-local, multicast): the index of
/// the device that leads there; else 0.
/// </param>
public readonly record struct ConnectionKey(
    ulong SocketCookie, ulong BornNs, Endpoint Remote = default, uint LinkIndex = 0)
    : IComparable<ConnectionKey>
{
    public int CompareTo(ConnectionKey other)
    {
        var order = SocketCookie.CompareTo(other.SocketCookie);
        if (order == 0)
            order = BornNs.CompareTo(other.BornNs);
        if (order == 0)
            order = Remote.CompareTo(other.Remote);
        return order != 0 ? order : LinkIndex.CompareTo(other.LinkIndex);
    }

    public override int GetHashCode() =>
        Remote.Port == 0 ? SocketCookie.GetHashCode() : HashCode.Combine(SocketCookie, Remote);
}
