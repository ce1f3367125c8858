namespace Tcptop.Table.Formats;

/// <summary>
/// Times as <c>2026-11-23T12:00:01.250Z</c>, always of the same length. By hand: .NET takes ten times as
/// long, and a row may have one of its own.
/// </summary>
public static class Rfc3339
{
    public const int Length = 24;

    private const string Template = "0000-00-00T00:00:00.000Z";

    public static void Format(DateTimeOffset time, Span<char> into)
    {
        Template.CopyTo(into);
        var utc = time.UtcDateTime;
        var (date, clock) = (DateOnly.FromDateTime(utc), TimeOnly.FromDateTime(utc));
        Digits(into[..4], date.Year);
        Digits(into[5..7], date.Month);
        Digits(into[8..10], date.Day);
        Digits(into[11..13], clock.Hour);
        Digits(into[14..16], clock.Minute);
        Digits(into[17..19], clock.Second);
        Digits(into[20..23], clock.Millisecond);
    }

    private static void Digits(Span<char> into, int value)
    {
        for (var at = into.Length - 1; at >= 0; at--, value /= 10)
            into[at] = (char)('0' + value % 10);
    }
}
