using Tcptop.Model;
using Tcptop.Model.Filtering;

namespace Tcptop.Table.Filtering;

/// <summary>Either end of a connection; "!=" of both.</summary>
internal abstract class EndsTest : RowTest
{
    public static RowTest Of(FilterEndsComparison comparison) =>
        AnyOf(comparison.Values, value => Of(comparison.Operator, value));

    private static RowTest Of(FilterOperator meant, FilterValue value)
    {
        if (meant == FilterOperator.NotEqual)
            return new NotTest(Of(FilterOperator.Equal, value));
        return value switch
        {
            FilterNumber port => new PortTest(meant, port.Value),
            FilterNet net => new NetTest(net),
            FilterText part => new HostTextTest(part.Text),
            _ => throw new ArgumentOutOfRangeException(nameof(value), value, "no end of a connection"),
        };
    }

    protected abstract bool HoldsOf(in Endpoint end);

    public override bool Holds(in RowInView row) => HoldsOf(row.Record.Local) || HoldsOf(row.Record.Remote);

    private sealed class PortTest(FilterOperator meant, double wanted) : EndsTest
    {
        protected override bool HoldsOf(in Endpoint end) =>
            Comparing.Holds(meant, ((double)end.Port).CompareTo(wanted));
    }

    private sealed class NetTest(FilterNet net) : EndsTest
    {
        protected override bool HoldsOf(in Endpoint end) => net.Has(end.Address);
    }

    private sealed class HostTextTest(string part) : EndsTest
    {
        private readonly AddressParts _part = new(part);

        protected override bool HoldsOf(in Endpoint end) => _part.IsIn(end.Address);
    }
}
