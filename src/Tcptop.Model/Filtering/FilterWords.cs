using System.Collections.Immutable;

namespace Tcptop.Model.Filtering;

/// <summary>Keywords and operators, as they are typed and written.</summary>
internal static class FilterWords
{
    public const string And = "and";
    public const string Or = "or";
    public const string Not = "not";
    public const string In = "in";

    private static readonly ImmutableArray<(string Sign, FilterOperator Operator)> Operators =
    [
        ("=", FilterOperator.Equal), ("==", FilterOperator.Equal), ("!=", FilterOperator.NotEqual),
        ("<", FilterOperator.Less), ("<=", FilterOperator.LessOrEqual), (">", FilterOperator.Greater),
        (">=", FilterOperator.GreaterOrEqual), ("~", FilterOperator.Contains),
    ];

    /// <summary>In upper or lower case, and not in quotes.</summary>
    public static bool IsKeyword(FilterToken token, string keyword) =>
        token.Kind == FilterTokenKind.Word && string.Equals(token.Text, keyword, StringComparison.OrdinalIgnoreCase);

    public static FilterOperator OperatorOf(string sign) => Operators.First(entry => entry.Sign == sign).Operator;

    public static string NameOf(FilterEnds ends) => ends switch
    {
        FilterEnds.Port => "port",
        FilterEnds.Host => "host",
        _ => "net",
    };

    public static string Comparison(string name, FilterOperator meant, ImmutableArray<FilterValue> values)
    {
        if (values.Length > 1)
            return $"{name} {In} ({string.Join(", ", values)})";
        return $"{name} {Operators.Last(entry => entry.Operator == meant).Sign} {values[0]}";
    }

    /// <summary>In quotes, so that it is read as what it is.</summary>
    public static string Quote(string text) => $"\"{text.Replace(@"\", @"\\").Replace("\"", "\\\"")}\"";
}
