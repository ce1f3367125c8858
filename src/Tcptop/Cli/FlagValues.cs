using System.Buffers;
using System.Collections.Immutable;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using Tcptop.Streams;

namespace Tcptop.Cli;

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
    public static ImmutableArray<T> Many<T>(
        ArgumentResult result, string flag, TryParse<T> tryParse, string allowed, int? most = null)
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
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number >= 1
            && number <= maximum;

    public static string WholeNumbersTo(int maximum) =>
        string.Create(CultureInfo.InvariantCulture, $"a whole number from 1 to {maximum}");

    public static bool TrySeconds(string text, TimeSpan minimum, TimeSpan maximum, out TimeSpan time)
    {
        // Compared as a number: what is far out of range is no TimeSpan.
        var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds);
        var isAllowed = isNumber && seconds >= minimum.TotalSeconds && seconds <= maximum.TotalSeconds;
        time = isAllowed ? TimeSpan.FromSeconds(seconds) : default;
        return isAllowed;
    }

    public static string Seconds(TimeSpan minimum, TimeSpan maximum) =>
        string.Create(
            CultureInfo.InvariantCulture, $"a number of seconds from {minimum.TotalSeconds} to {maximum.TotalSeconds}");

    private static T? Refuse<T>(ArgumentResult result, string flag, string value, string allowed)
    {
        result.AddError($"{flag} '{SingleLine.Of(value)}' is not allowed: give {allowed}");
        return default;
    }
}
