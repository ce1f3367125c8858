using Tcptop.Model;
using Tcptop.Model.Filtering;
using Tcptop.Table.Filtering;

namespace Tcptop.Table;

/// <summary>
/// An expression, made ready to look at rows. Keeps what it has found out from one use to the next. Same thread as the
/// table.
/// </summary>
internal sealed class RowFilter(FilterExpression expression)
{
    private readonly RowTest _test = RowTest.Of(expression);

    public FilterExpression Expression { get; } = expression;

    /// <summary>What the host is asked for it.</summary>
    public HostFact Asks { get; } = expression.Asks;

    public bool Matches(in ConnectionRecord row, HostAnswers host, DateTimeOffset refresh)
    {
        var facts = Asks == HostFact.None ? default : host.Of(row);
        return _test.Holds(new RowInView(in row, in facts, refresh));
    }
}
