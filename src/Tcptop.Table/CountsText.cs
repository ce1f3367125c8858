using System.Globalization;

namespace Tcptop.Table;

/// <summary>The counts of a snapshot, as both the screen and files say them.</summary>
public static class CountsText
{
    public const int MaxOthersLength = 64;

    /// <summary>How many UDP flows there are; <c>-</c> where this host does not let them be counted.</summary>
    public static string Udp(Snapshot snapshot) =>
        snapshot.IsUdpCounted ? snapshot.UdpCount.ToString(CultureInfo.InvariantCulture) : "-";

    /// <summary>
    /// What is said behind the counts of connections where there are rows that are none: <c>, LISTEN 3,
    /// TIME_WAIT 1, SYN_RECV 0</c>, or nothing when all are zero. Returns the length.
    /// </summary>
    public static int FormatOthers(Snapshot snapshot, Span<char> destination)
    {
        if (snapshot.OtherCount == 0)
            return 0;
        destination.TryWrite(
            CultureInfo.InvariantCulture,
            $", LISTEN {snapshot.ListenCount}, TIME_WAIT {snapshot.TimeWaitCount}, SYN_RECV {snapshot.SynRecvCount}",
            out var written);
        return written;
    }
}
