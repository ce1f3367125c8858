using System.Globalization;

namespace Tcptop.Table.Formats;

/// <summary>What is said behind the counts of connections where there are rows that are none.</summary>
public static class OtherCountsText
{
    public const int MaxLength = 64;

    /// <summary><c>, LISTEN 3, TIME_WAIT 1, SYN_RECV 0</c>, or nothing when all are zero. Returns the length.</summary>
    public static int Format(Snapshot snapshot, Span<char> destination)
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
