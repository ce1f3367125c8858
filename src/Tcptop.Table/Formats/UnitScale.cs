using System.Globalization;

namespace Tcptop.Table.Formats;

/// <summary>
/// A number of three digits at most with its unit, as long as the width allows: <c>1.2 MB/s</c>, <c>1.2M</c>,
/// <c>1M</c>. A column too narrow for a number takes a shorter form of it, since a number cut off reads as
/// another number.
/// </summary>
public sealed class UnitScale
{
    public static readonly UnitScale BytesPerSecond = new(
        1024, ["B/s", "KB/s", "MB/s", "GB/s", "TB/s", "PB/s", "EB/s"], ["B", "K", "M", "G", "T", "P", "E"],
        "999 KB/s".Length);

    public static readonly UnitScale Bytes = new(
        1024, ["B", "KB", "MB", "GB", "TB", "PB", "EB"], ["B", "K", "M", "G", "T", "P", "E"], "999 KB".Length);

    public static readonly UnitScale Microseconds = new(1000, ["us", "ms", "s"], ["us", "ms", "s"], "999 us".Length);

    /// <summary>Plain counts, in their short form always: there is no unit to be left out.</summary>
    public static readonly UnitScale Count = new(
        1000, ["", "K", "M", "G", "T", "P", "E"], ["", "K", "M", "G", "T", "P", "E"], int.MaxValue);

    /// <summary>What would round to a fourth digit is shown in the next unit: 1000 KB/s as 1.0 MB/s.</summary>
    private const double FourDigits = 999.5;

    /// <summary>What would round to 10.0 needs no tenth.</summary>
    private const double TenthsUntil = 9.95;

    private readonly double _step;
    private readonly string[] _units;
    private readonly string[] _shortUnits;

    private UnitScale(double step, string[] units, string[] shortUnits, int fullWidth) =>
        (_step, _units, _shortUnits, FullWidth) = (step, units, shortUnits, fullWidth);

    /// <summary>
    /// From this width on every value of a column has the full form; below it none has, so that a column is
    /// of one kind.
    /// </summary>
    public int FullWidth { get; }

    /// <summary>
    /// Writes the longest form within <paramref name="width"/> and returns its length; 0 when none fits.
    /// </summary>
    public int Format(double value, Span<char> destination, int width)
    {
        var unit = 0;
        while (value >= FourDigits && unit < _units.Length - 1)
        {
            value /= _step;
            unit++;
        }
        var hasTenths = unit != 0 && value < TenthsUntil;
        if (width >= FullWidth)
            return Write(destination, value, hasTenths, " ", _units[unit]);
        var length = Write(destination, value, hasTenths, "", _shortUnits[unit]);
        if (length > width && hasTenths)
            length = Write(destination, value, hasTenths: false, "", _shortUnits[unit]);
        return length <= width ? length : 0;
    }

    private static int Write(Span<char> destination, double value, bool hasTenths, string gap, string unit)
    {
        Span<char> number = stackalloc char[32];
        if (!value.TryFormat(number, out var digits, hasTenths ? "F1" : "F0", CultureInfo.InvariantCulture))
            return 0;
        return destination.TryWrite(CultureInfo.InvariantCulture, $"{number[..digits]}{gap}{unit}", out var written)
            ? written
            : 0;
    }
}
