using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tcptop.Model;
using Tcptop.Model.Fields;

namespace Tcptop.Table.Formats;

/// <summary>A row, and what is known of it besides, for the texts of its fields.</summary>
/// <param name="Facts">What the host says of it.</param>
/// <param name="Refresh">When it was read.</param>
public readonly record struct RowContext(RowFacts Facts, DateTimeOffset Refresh);

/// <summary>
/// The value of a field as text for people: escaped where others chose it, <see cref="Absent"/> where it is
/// not known, never a 0 that looks measured.
/// </summary>
public static class FieldText
{
    public const string Absent = "-";

    /// <summary>Room for the text of any field.</summary>
    public const int MaxLength = 4096;

    private const ulong MostThatIsExact = 999;

    /// <summary>
    /// In units of 1024 or 1000, as far as the field has a quantity. Returns the length, which is never 0.
    /// </summary>
    public static int Format(Field field, in ConnectionRecord row, in RowContext context, Span<char> text)
    {
        switch (field)
        {
            case NumberField number when field.Unit == FieldUnit.Bytes:
                return OfBytes(number.Read(row), text);
            case NumberField number when field.Unit == FieldUnit.Microseconds:
                return Scaled(UnitScale.Microseconds, number.Read(row), text);
            case FractionField rate when field.Unit == FieldUnit.BytesPerSecond:
                return Scaled(UnitScale.BytesPerSecond, rate.Read(row), text);
            case FractionField time when field.Unit == FieldUnit.Seconds:
                return time.Read(row) is { } seconds ? DurationText.Format(seconds, text) : Copy(Absent, text);
            case FlagField flag:
                return Copy(flag.Read(row) ? "yes" : "no", text);
            default:
                return FormatExact(field, row, context, text, isWord: false);
        }
    }

    /// <summary>
    /// For programs: numbers without their units, and no blank, for which an escape stands. Returns the length, which
    /// is never 0.
    /// </summary>
    public static int FormatWord(Field field, in ConnectionRecord row, in RowContext context, Span<char> text) =>
        FormatExact(field, row, context, text, isWord: true);

    private static int FormatExact(
        Field field, in ConnectionRecord row, in RowContext context, Span<char> text, bool isWord)
    {
        var length = field switch
        {
            NumberField number => number.Read(row) is { } value ? Digits(value, text) : 0,
            FractionField fraction => fraction.Read(row) is { } value ? Fraction(value, fraction.Decimals, text) : 0,
            NameField name => Escaped(name.Read(row), text, isWord),
            EndpointField end => EndpointText.Format(end.Read(row), row.Device, text),
            AddressField address => address.Read(row).TryFormat(text, out var written) ? written : 0,
            TextField words => Escaped(
                words.Read(row, context.Facts), text[..Math.Min(text.Length, words.MostBytes)], isWord),
            FlagField flag => Copy(flag.Read(row) ? "true" : "false", text),
            ShareField share => OfShare(share.Read(row), text),
            TimeField time => OfTime(time.Read(row, context.Facts, context.Refresh), text),
            _ => throw new UnreachableException($"{field} has no text"),
        };
        return length != 0 ? length : Copy(Absent, text);
    }

    /// <summary>Bytes per second, for a summary.</summary>
    public static int Rate(double? bytesPerSecond, Span<char> text) =>
        Scaled(UnitScale.BytesPerSecond, bytesPerSecond, text);

    /// <summary>With the exact number behind it, where the unit has made it less exact.</summary>
    private static int OfBytes(ulong? bytes, Span<char> text)
    {
        if (bytes is not { } known)
            return Copy(Absent, text);
        var length = UnitScale.Bytes.Format(known, text, text.Length);
        if (known <= MostThatIsExact)
            return length;
        length += Copy(" (", text[length..]);
        length += Digits(known, text[length..]);
        return length + Copy(")", text[length..]);
    }

    private static int Scaled(UnitScale scale, double? value, Span<char> text) =>
        value is { } known ? scale.Format(known, text, text.Length) : Copy(Absent, text);

    private static int Fraction(double value, int decimals, Span<char> text) =>
        Math.Round(value, decimals).TryFormat(text, out var length, provider: CultureInfo.InvariantCulture)
            ? length
            : 0;

    private static int Digits(ulong value, Span<char> text)
    {
        value.TryFormat(text, out var written, provider: CultureInfo.InvariantCulture);
        return written;
    }

    /// <summary>Two numbers of 32 bits and what stands between them.</summary>
    public const int LongestShare = 21;

    /// <summary>As <c>3/128</c>; nothing of what is not known.</summary>
    public static int OfShare((uint Part, uint Whole)? share, Span<char> text)
    {
        if (share is not var (part, whole))
            return 0;
        var slash = Digits(part, text);
        text[slash] = '/';
        return slash + 1 + Digits(whole, text[(slash + 1)..]);
    }

    private static int OfTime(DateTimeOffset? time, Span<char> text)
    {
        if (time is not { } known)
            return 0;
        Rfc3339.Format(known, text[..Rfc3339.Length]);
        return Rfc3339.Length;
    }

    private static int Escaped(KernelName name, Span<char> text, bool isWord)
    {
        Span<byte> bytes = stackalloc byte[KernelName.ByteLength];
        return SafeText.Escape(bytes[..name.CopyTo(bytes)], text, isWord);
    }

    private static int Escaped(string? words, Span<char> text, bool isWord)
    {
        if (string.IsNullOrEmpty(words))
            return 0;
        // No character takes more than three bytes, and each byte becomes a character at least.
        Span<byte> bytes = stackalloc byte[3 * Math.Min(words.Length, text.Length)];
        var length = Encoding.UTF8.GetBytes(words.AsSpan(0, Math.Min(words.Length, text.Length)), bytes);
        return SafeText.Escape(bytes[..length], text, isWord);
    }

    private static int Copy(string from, Span<char> text)
    {
        from.CopyTo(text);
        return from.Length;
    }
}
