using System.Collections.Immutable;
using Tcptop.Model;
using Tcptop.Model.Filtering;

namespace Tcptop.Table.Filtering;

/// <summary>What a filter looks at.</summary>
/// <param name="record">The row,</param>
/// <param name="facts">what the host says of it, as far as the filter asks,</param>
/// <param name="refresh">and when it was read.</param>
internal readonly ref struct RowInView(
    ref readonly ConnectionRecord record, ref readonly RowFacts facts, DateTimeOffset refresh)
{
    public readonly ref readonly ConnectionRecord Record = ref record;

    public readonly ref readonly RowFacts Facts = ref facts;

    public DateTimeOffset Refresh { get; } = refresh;
}

/// <summary>
/// A part of a filter, made ready for many rows: it allocates nothing for each of them. It may remember what it has
/// found out; one thread at a time.
/// </summary>
internal abstract class RowTest
{
    /// <summary>What is not known fulfils no comparison.</summary>
    public abstract bool Holds(in RowInView row);

    public static RowTest Of(FilterExpression expression) => expression switch
    {
        FilterAll all => new AllTest([.. all.Terms.Select(Of)]),
        FilterAny any => new AnyTest([.. any.Terms.Select(Of)]),
        FilterNot not => new NotTest(Of(not.Term)),
        FilterKind kind => new KindTest(kind),
        FilterWord { Text: "" } => new AllTest([]),
        FilterWord word => new WordTest(word.Text),
        FilterEndsComparison ends => EndsTest.Of(ends),
        FilterComparison comparison => FieldTest.Of(comparison),
        _ => throw new ArgumentOutOfRangeException(nameof(expression), expression, "not known"),
    };

    /// <summary>One of these values is to hold.</summary>
    protected internal static RowTest AnyOf(ImmutableArray<FilterValue> values, Func<FilterValue, RowTest> testOf) =>
        values.Length == 1 ? testOf(values[0]) : new AnyTest([.. values.Select(testOf)]);
}

internal sealed class AllTest(ImmutableArray<RowTest> terms) : RowTest
{
    public override bool Holds(in RowInView row)
    {
        foreach (var term in terms)
        {
            if (!term.Holds(row))
                return false;
        }
        return true;
    }
}

internal sealed class AnyTest(ImmutableArray<RowTest> terms) : RowTest
{
    public override bool Holds(in RowInView row)
    {
        foreach (var term in terms)
        {
            if (term.Holds(row))
                return true;
        }
        return false;
    }
}

internal sealed class NotTest(RowTest term) : RowTest
{
    public override bool Holds(in RowInView row) => !term.Holds(row);
}

internal sealed class KindTest(FilterKind kind) : RowTest
{
    public override bool Holds(in RowInView row) =>
        (kind.Protocol is not { } protocol || row.Record.Protocol == protocol)
        && (kind.IsIPv4 is not { } isIPv4 || row.Record.Local.Address.IsIPv4 == isIPv4);
}
