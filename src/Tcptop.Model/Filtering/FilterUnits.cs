using System.Buffers;
using System.Globalization;
using Tcptop.Model.Fields;

namespace Tcptop.Model.Filtering;

/// <summary>Numbers with a unit: what a field is measured in, and others of its kind.</summary>
internal static class FilterUnits
{
    private static readonly SearchValues<char> OfNumbers = SearchValues.Create("0123456789.");

    private static readonly (string Name, double Factor)[] Sizes =
        [("K", 1L << 10), ("M", 1L << 20), ("G", 1L << 30), ("T", 1L << 40)];

    /// <summary>In seconds.</summary>
    private static readonly (string Name, double Factor)[] Times =
        [("us", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)];

    public static FilterNumber Number(Field field, FilterToken value)
    {
        var digits = value.Text.AsSpan().IndexOfAnyExcept(OfNumbers);
        var (number, unit) = digits < 0 ? (value.Text, "") : (value.Text[..digits], value.Text[digits..]);
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            || FactorOf(field, unit) is not { } factor)
            throw FilterValues.Wrong(value, Expected(field));
        var isExact = ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var exact);
        var whole = isExact && factor == 1 ? exact : WholeOf(amount * factor);
        return new FilterNumber(amount * factor, whole, value.Text);
    }

    /// <summary>Null: the field is not measured in that.</summary>
    private static double? FactorOf(Field field, string unit)
    {
        if (unit.Length == 0)
            return 1;
        return field.Unit switch
        {
            FieldUnit.Bytes or FieldUnit.BytesPerSecond =>
                Find(Sizes, SizeIn(unit), StringComparison.OrdinalIgnoreCase),
            FieldUnit.Microseconds => Find(Times, unit) / 1e-6,
            FieldUnit.Milliseconds => Find(Times, unit) / 1e-3,
            FieldUnit.Seconds => Find(Times, unit),
            FieldUnit.Percent => unit == "%" ? 1 : null,
            _ => null,
        };
    }

    /// <summary>What stands before B, iB and /s.</summary>
    private static string SizeIn(string unit)
    {
        var size = unit.EndsWith("/s", StringComparison.Ordinal) ? unit[..^2] : unit;
        size = size.EndsWith('B') ? size[..^1] : size;
        return size.EndsWith('i') ? size[..^1] : size;
    }

    private static double? Find(
        (string Name, double Factor)[] units, string name, StringComparison comparison = StringComparison.Ordinal)
    {
        if (name.Length == 0)
            return 1;
        foreach (var unit in units)
        {
            if (string.Equals(unit.Name, name, comparison))
                return unit.Factor;
        }
        return null;
    }

    /// <summary>Null: it is not whole, or more than its digits can say.</summary>
    private static ulong? WholeOf(double value) =>
        value is >= 0 and < 1L << 53 && Math.Abs(value - Math.Round(value)) < 1e-6 ? (ulong)Math.Round(value) : null;

    private static string Expected(Field field) => field.Unit switch
    {
        FieldUnit.Bytes or FieldUnit.BytesPerSecond => "a number of bytes, such as 500, 64K or 1.5M,",
        FieldUnit.Microseconds or FieldUnit.Milliseconds or FieldUnit.Seconds =>
            $"a time, such as 250us, 50ms, 10s, 5m or 2h (a bare number is {field.Unit.Name()}),",
        FieldUnit.Percent => "a number of percent",
        _ => "a number",
    };
}
