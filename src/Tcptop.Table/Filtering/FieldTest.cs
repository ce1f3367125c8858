using Tcptop.Model;
using Tcptop.Model.Fields;
using Tcptop.Model.Filtering;

namespace Tcptop.Table.Filtering;

/// <summary>A field against values, by what kind of field it is.</summary>
internal static class FieldTest
{
    public static RowTest Of(FilterComparison comparison) =>
        RowTest.AnyOf(comparison.Values, value => Of(comparison.Field, comparison.Operator, value));

    private static RowTest Of(Field field, FilterOperator meant, FilterValue value) => (field, value) switch
    {
        (NumberField number, FilterNumber wanted) => new NumberTest(number, meant, wanted),
        (FractionField fraction, FilterNumber wanted) => new FractionTest(fraction, meant, wanted.Value),
        (ShareField share, FilterNumber wanted) => new ShareTest(share, meant, wanted.Value),
        (FlagField flag, FilterFlag wanted) => new FlagTest(flag, wanted.IsSet == (meant == FilterOperator.Equal)),
        (TimeField time, FilterTime wanted) => new TimeTest(time, meant, wanted.Time),
        (TextField text, FilterText wanted) => new TextTest(text, meant, wanted.Text),
        (NameField name, FilterText wanted) => new NameTest(name, meant, wanted.Text),
        (AddressField address, FilterNet net) => new AddressTest(address, net, meant == FilterOperator.Equal),
        (AddressField address, FilterText part) => new AddressTextTest(address, part.Text),
        (EndpointField end, FilterNet net) => new EndpointNetTest(end, net, meant == FilterOperator.Equal),
        (EndpointField end, FilterEndpoint one) => new EndpointTest(end, one.Endpoint, meant == FilterOperator.Equal),
        (EndpointField end, FilterText part) => new EndpointTextTest(end, part.Text),
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, $"no value for {field}"),
    };
}

internal sealed class NumberTest(NumberField field, FilterOperator meant, FilterNumber wanted) : RowTest
{
    public override bool Holds(in RowInView row) =>
        field.Read(row.Record) is { } value && Comparing.Holds(meant, Compare(value));

    /// <summary>By all of its digits, as far as it has any.</summary>
    private int Compare(ulong value) =>
        wanted.Whole is { } whole ? value.CompareTo(whole) : ((double)value).CompareTo(wanted.Value);
}

/// <summary>Equal is what is written alike: nobody types the digits that are not shown.</summary>
internal sealed class FractionTest(FractionField field, FilterOperator meant, double wanted) : RowTest
{
    private readonly bool _asShown = meant is FilterOperator.Equal or FilterOperator.NotEqual;
    private readonly double _shown = Math.Round(wanted, field.Decimals);

    public override bool Holds(in RowInView row)
    {
        if (field.Read(row.Record) is not { } value)
            return false;
        var difference = _asShown
            ? Math.Round(value, field.Decimals).CompareTo(_shown)
            : value.CompareTo(wanted);
        return Comparing.Holds(meant, difference);
    }
}

/// <summary>By how many there are, not by how many there may be.</summary>
internal sealed class ShareTest(ShareField field, FilterOperator meant, double wanted) : RowTest
{
    public override bool Holds(in RowInView row) =>
        field.Read(row.Record) is var (part, _) && Comparing.Holds(meant, ((double)part).CompareTo(wanted));
}

internal sealed class FlagTest(FlagField field, bool wanted) : RowTest
{
    public override bool Holds(in RowInView row) => field.Read(row.Record) == wanted;
}

internal sealed class TimeTest(TimeField field, FilterOperator meant, DateTimeOffset wanted) : RowTest
{
    public override bool Holds(in RowInView row) =>
        field.Read(row.Record, row.Facts, row.Refresh) is { } time
        && Comparing.Holds(meant, time.UtcTicks.CompareTo(wanted.UtcTicks));
}

/// <summary>Of words that are one of a few, upper and lower case are one.</summary>
internal sealed class TextTest(TextField field, FilterOperator meant, string wanted) : RowTest
{
    private readonly StringComparison _comparison =
        field.Place is null ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    public override bool Holds(in RowInView row) =>
        field.Read(row.Record, row.Facts) is { Length: > 0 } text && meant switch
        {
            FilterOperator.Contains => text.Contains(wanted, StringComparison.OrdinalIgnoreCase),
            FilterOperator.Equal => text.Equals(wanted, _comparison),
            _ => !text.Equals(wanted, _comparison),
        };
}

internal sealed class NameTest : RowTest
{
    private readonly NameField _field;
    private readonly FilterOperator _meant;
    private readonly NameParts _part;

    /// <summary>Null: a name of the kernel's is never so long.</summary>
    private readonly KernelName? _whole;

    public NameTest(NameField field, FilterOperator meant, string wanted)
    {
        (_field, _meant, _part) = (field, meant, new NameParts(wanted));
        _whole = ByteText.Encode(wanted).Length < KernelName.ByteLength ? KernelName.FromText(wanted) : null;
    }

    public override bool Holds(in RowInView row)
    {
        var name = _field.Read(row.Record);
        if (name.IsEmpty)
            return false;
        return _meant switch
        {
            FilterOperator.Contains => _part.IsIn(name),
            FilterOperator.Equal => name == _whole,
            _ => name != _whole,
        };
    }
}

internal sealed class AddressTest(AddressField field, FilterNet net, bool wanted) : RowTest
{
    public override bool Holds(in RowInView row) => net.Has(field.Read(row.Record)) == wanted;
}

internal sealed class AddressTextTest(AddressField field, string part) : RowTest
{
    private readonly AddressParts _part = new(part);

    public override bool Holds(in RowInView row) => _part.IsIn(field.Read(row.Record));
}

internal sealed class EndpointNetTest(EndpointField field, FilterNet net, bool wanted) : RowTest
{
    public override bool Holds(in RowInView row) => net.Has(field.Read(row.Record).Address) == wanted;
}

internal sealed class EndpointTest(EndpointField field, Endpoint one, bool wanted) : RowTest
{
    public override bool Holds(in RowInView row) => field.Read(row.Record) == one == wanted;
}

internal sealed class EndpointTextTest(EndpointField field, string part) : RowTest
{
    private readonly EndpointParts _part = new(part);

    public override bool Holds(in RowInView row) => _part.IsIn(field.Read(row.Record), row.Record.Device);
}
