using System.Globalization;

namespace Tcptop.Table.Formats;

/// <summary>
/// A number with a unit, as long as the width allows: <c>1.2 MB/s</c>, <c>1.2M</c>, <c>1M</c>. A column too narrow for a number takes a
/// shorter form of it, since a number cut off reads as another number.
/// </summary>
public sealed class UnitScale
{
    public static readonly UnitScale BytesPerSecond = new(
        1024, ["B/s", "KB/s", "MB/s", "GB/s", "TB/s", "PB/s", "EB/s"], ["B", "K", "M", "G", "T", "P", "E"]);

    public static readonly UnitScale Bytes = new(1024, ["B", "KB", "MB", "GB", "TB", "PB", "EB"], ["B", "K", "M", "G", "T", "P", "E"]);

    public static readonly UnitScale Microseconds = new(1000, ["us", "ms", "s"], ["us", "ms", "s"]);

    /// <summary>Below this a unit other than the smallest shows a tenth; it is what <c>99.9</c> rounds up from.</summary>
    private const double TenthsUntil = 99.95;

    private readonly double _step;
    private readonly string[] _units;
    private readonly string[] _shortUnits;

    private UnitScale(double step, string[] units, string[] shortUnits) => (_step, _units, _shortUnits) = (step, units, shortUnits);

    /// <summary>Writes the longest form within <paramref name="width"/> and returns its length; 0 when none fits.</summary>
    public int Format(double value, Span<char> destination, int width)
    {
        var (scaled, unit) = Scale(value, _step);
        var hasTenths = unit != 0 && scaled < TenthsUntil;
        var length = Write(destination, scaled, hasTenths, " ", _units[unit]);
        if (length > width)
            length = Write(destination, scaled, hasTenths, "", _shortUnits[unit]);
        if (length > width)
        {
            // Three digits at most.
            (scaled, unit) = Scale(value, Math.Min(_step, 1000));
            length = Write(destination, scaled, hasTenths: false, "", _shortUnits[unit]);
        }
        return length <= width ? length : 0;
    }

    /// <summary>The value in the largest unit of which it is at least one, and that unit; <paramref name="limit"/> of one is one of the next.</summary>
    private (double Value, int Unit) Scale(double value, double limit)
    {
        var unit = 0;
        while (Math.Round(value, MidpointRounding.AwayFromZero) >= limit && unit < _units.Length - 1)
        {
            value /= _step;
            unit++;
        }
        return (value, unit);
    }

    private static int Write(Span<char> destination, double value, bool hasTenths, string gap, string unit)
    {
        Span<char> number = stackalloc char[32];
        if (!value.TryFormat(number, out var digits, hasTenths ? "F1" : "F0", CultureInfo.InvariantCulture))
            return int.MaxValue;
        return destination.TryWrite(CultureInfo.InvariantCulture, $"{number[..digits]}{gap}{unit}", out var written) ? written : int.MaxValue;
    }
}
