using System.Globalization;

namespace Tcptop.Table.Formats;

/// <summary>
/// Spans of time for people, in two units at the most: <c>4.2s</c>, <c>3m07s</c>, <c>2h05m</c>,
/// <c>12d03h</c>.
/// </summary>
public static class DurationText
{
    /// <summary>As wide as most are.</summary>
    public const int FullWidth = 7;

    private const double TenthsUntil = 9.95;
    private const double SecondsUntil = 59.5;

    /// <summary>Returns the length.</summary>
    public static int Format(double seconds, Span<char> destination)
    {
        int length;
        if (seconds < SecondsUntil)
        {
            seconds.TryFormat(
                destination, out length, seconds < TenthsUntil ? "F1" : "F0", CultureInfo.InvariantCulture);
            destination[length++] = 's';
            return length;
        }
        var whole = (ulong)Math.Min(Math.Round(seconds), long.MaxValue);
        var (large, small, units) = whole switch
        {
            < 3600 => (whole / 60, whole % 60, "ms"),
            < 86_400 => (whole / 3600, whole / 60 % 60, "hm"),
            _ => (whole / 86_400, whole / 3600 % 24, "dh"),
        };
        large.TryFormat(destination, out length, default, CultureInfo.InvariantCulture);
        destination[length++] = units[0];
        small.TryFormat(destination[length..], out var written, "00", CultureInfo.InvariantCulture);
        length += written;
        destination[length++] = units[1];
        return length;
    }
}
