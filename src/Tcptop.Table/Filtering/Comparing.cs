using Tcptop.Model.Filtering;

namespace Tcptop.Table.Filtering;

internal static class Comparing
{
    /// <param name="meant">The operator.</param>
    /// <param name="difference">Below zero where the row's value is less than the one that it is compared with.</param>
    public static bool Holds(FilterOperator meant, int difference) => meant switch
    {
        FilterOperator.Equal => difference == 0,
        FilterOperator.NotEqual => difference != 0,
        FilterOperator.Less => difference < 0,
        FilterOperator.LessOrEqual => difference <= 0,
        FilterOperator.Greater => difference > 0,
        FilterOperator.GreaterOrEqual => difference >= 0,
        _ => throw new ArgumentOutOfRangeException(nameof(meant), meant, "not of numbers"),
    };
}
