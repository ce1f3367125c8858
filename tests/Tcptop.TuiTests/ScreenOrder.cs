using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Tcptop.TuiTests;

/// <summary>Whether rows stand in the order of a column, as a reader of the screen would judge.</summary>
internal static partial class ScreenOrder
{
    public static bool IsSorted(string[] rows, string column, bool isDescending)
    {
        if (rows.Length < 10)
            return false;
        var values = rows.Select(row => ValueIn(row, column)).ToArray();
        // What is not known stands at the end.
        var known = values.TakeWhile(value => value is not null).ToArray();
        if (values[known.Length..].Any(value => value is not null))
            return false;
        for (var i = 1; i < known.Length; i++)
        {
            var compared = known[i - 1]!.CompareTo(known[i]);
            if (isDescending ? compared < 0 : compared > 0)
                return false;
        }
        return true;
    }

    private static IComparable? ValueIn(string row, string column)
    {
        var text = TextIn(row, column);
        if (text == "-")
            return null;
        return column switch
        {
            "PID" => int.Parse(text, CultureInfo.InvariantCulture),
            "Local" or "Remote" => EndpointKey(text),
            "Rate In" or "Rate Out" or "RTT" => Quantity(text),
            _ => new Ordinal(text.ToLowerInvariant()),
        };
    }

    /// <summary>
    /// The words of a row, those of a quantity with its unit as one; no column of these tests is ever empty.
    /// </summary>
    private static string TextIn(string row, string column)
    {
        string[] order = ["Proto", "Local", "Remote", "PID", "Process", "State", "Rate In", "Rate Out", "RTT"];
        var words = Unit().Replace(row, "$1$2").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words[Array.IndexOf(order, column)];
    }

    private static string EndpointKey(string text)
    {
        var colon = text.LastIndexOf(':');
        var bytes = IPAddress.Parse(text[..colon].Trim('[', ']')).MapToIPv6().GetAddressBytes();
        return $"{Convert.ToHexString(bytes)}{int.Parse(text[(colon + 1)..], CultureInfo.InvariantCulture):D5}";
    }

    private static double Quantity(string text)
    {
        var match = Number().Match(text);
        var scale = match.Groups[2].Value switch
        {
            "KB/s" => 1024.0,
            "MB/s" => 1024.0 * 1024,
            "GB/s" => 1024.0 * 1024 * 1024,
            "ms" => 1e3,
            "s" => 1e6,
            _ => 1,
        };
        return double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * scale;
    }

    private sealed record Ordinal(string Text) : IComparable
    {
        public int CompareTo(object? obj) => string.CompareOrdinal(Text, ((Ordinal)obj!).Text);
    }

    [GeneratedRegex(@"(\d) ([KMG]?B/s|us|ms|s)(?= |$)")]
    private static partial Regex Unit();

    [GeneratedRegex(@"^([\d.]+)([A-Za-z/]+)$")]
    private static partial Regex Number();
}
