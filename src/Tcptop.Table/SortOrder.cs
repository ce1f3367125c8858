using Tcptop.Model.Fields;

namespace Tcptop.Table;

/// <summary>What rows are sorted by.</summary>
public readonly record struct SortOrder(Field Field, bool IsDescending)
{
    /// <summary>What moves most comes first.</summary>
    public static SortOrder Default { get; } = By(FieldList.RateTotal);

    /// <summary>
    /// In the direction that one wants to see first: quantities from the most, names and numbers of things
    /// from the first.
    /// </summary>
    public static SortOrder By(Field field) => new(field, field.Unit.IsQuantity());

    public SortOrder Reverse() => this with { IsDescending = !IsDescending };

    /// <summary>By that field; the other way round where it is so sorted already.</summary>
    public SortOrder ThenBy(Field field) => field == Field ? Reverse() : By(field);
}
