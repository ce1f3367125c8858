using System.Buffers;
using System.Collections.Immutable;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using Tcptop.Model;

namespace Tcptop;

/// <summary>Values of flags: from text, or refused with the flag, the value and what is allowed.</summary>
internal static class FlagValues
{
    public delegate bool TryParse<T>(string text, out T value);

    /// <summary>The value of a flag that is given once.</summary>
    public static T? One<T>(ArgumentResult result, string flag, TryParse<T> tryParse, string allowed)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        return tryParse(text, out var value) ? value : Refuse<T>(result, flag, text, allowed);
    }

    /// <summary>The values of a flag that may be given again and again; none when one of them is refused.</summary>
    public static ImmutableArray<T> Many<T>(ArgumentResult result, string flag, TryParse<T> tryParse, string allowed, int? most = null)
    {
        if (result.Tokens.Count > most)
        {
            result.AddError($"{flag} may be given at most {most} times");
            return default;
        }
        var values = ImmutableArray.CreateBuilder<T>(result.Tokens.Count);
        foreach (var token in result.Tokens)
        {
            if (!tryParse(token.Value, out var value))
                return Refuse<ImmutableArray<T>>(result, flag, token.Value, allowed);
            values.Add(value);
        }
        return values.MoveToImmutable();
    }

    public static bool TryWholeNumber(string text, int maximum, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1 && number <= maximum;

    public static string WholeNumbersTo(int maximum) => string.Create(CultureInfo.InvariantCulture, $"a whole number from 1 to {maximum}");

    public static bool TrySeconds(string text, TimeSpan minimum, TimeSpan maximum, out TimeSpan time)
    {
        // Compared as a number: what is far out of range is no TimeSpan.
        var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds);
        var isAllowed = isNumber && seconds >= minimum.TotalSeconds && seconds <= maximum.TotalSeconds;
        time = isAllowed ? TimeSpan.FromSeconds(seconds) : default;
        return isAllowed;
    }

    public static string Seconds(TimeSpan minimum, TimeSpan maximum) =>
        string.Create(CultureInfo.InvariantCulture, $"a number of seconds from {minimum.TotalSeconds} to {maximum.TotalSeconds}");

    /// <summary>What the user typed may hold anything, and goes to a terminal. A line that has been through here stays as it is.</summary>
    public static string SingleLine(string text)
    {
        var line = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var found = Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var consumed);
            if (found != OperationStatus.Done && ByteText.StrayByte(text[at]) is { } stray)
                line.Append(CultureInfo.InvariantCulture, $"\\x{stray:x2}");
            else
                line.Append(IsSafe(rune) ? rune.ToString() : "?");
            at += consumed;
        }
        return line.ToString();
    }

    /// <summary>Controls, and what turns the direction of writing or is not seen, are not.</summary>
    private static bool IsSafe(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static T? Refuse<T>(ArgumentResult result, string flag, string value, string allowed)
    {
        result.AddError($"{flag} '{SingleLine(value)}' is not allowed: give {allowed}");
        return default;
    }
}
