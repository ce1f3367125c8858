using System.Collections.Immutable;
using Tcptop.Model.Fields;
using Tcptop.Table.Formats;

namespace Tcptop.Tui.Grid;

/// <summary>
/// A column of the table and the widths it takes as the screen grows; see <see cref="ColumnWidths"/>.
/// </summary>
/// <param name="Field">What it shows, and what a click on its title sorts by.</param>
/// <param name="Least">On a screen of 40 columns.</param>
/// <param name="Narrow">On one of 80: titles and numbers are whole.</param>
/// <param name="Full">On one of 120: everything but long IPv6 addresses is whole.</param>
/// <param name="Most">What the longest content needs.</param>
internal sealed record Column(Field Field, int Least, int Narrow, int Full, int Most)
{
    public string Title => Field.ScreenTitle;

    /// <summary>In place of the title where that does not fit.</summary>
    public string ShortTitle => Field.ShortTitle;

    public bool AlignsRight => Field.Unit.AlignsRight();

    /// <summary>
    /// Its content differs in length from row to row, so that it may do with less than <see cref="Full"/> or
    /// want more.
    /// </summary>
    public bool FitsContent =>
        Most > Full || Field is NameField or TextField { Place: not null } || Field.Unit == FieldUnit.Id;

    /// <summary>"100us".</summary>
    public const int ShortTime = 5;
}

/// <summary>Which columns there are, and how wide they are: by the field, or by what it is measured in.</summary>
internal static class Columns
{
    public const int Gap = 1;

    public static readonly ImmutableArray<Column> Default = Of(FieldList.In(FieldViews.Screen));

    /// <summary>What is asked for with a key.</summary>
    public static readonly ImmutableArray<Column> More = Of(FieldList.In(FieldViews.MoreOfScreen));

    public static ImmutableArray<Column> Of(ImmutableArray<Field> fields) => [.. fields.Select(Of)];

    /// <summary>These, and those that they lack of the others.</summary>
    public static ImmutableArray<Column> With(this ImmutableArray<Column> columns, ImmutableArray<Column> others) =>
        [.. columns, .. others.Where(other => columns.All(column => column.Field != other.Field))];

    private static Column Of(Field field)
    {
        var title = field.ScreenTitle.Length;
        return field switch
        {
            _ when field == FieldList.Protocol => new Column(field, 3, 5, 5, 5),
            _ when field == FieldList.State => new Column(field, 3, 5, 11, 12),
            _ when field == FieldList.Process => new Column(field, 4, 7, 15, 15),
            _ when field == FieldList.Local => new Column(field, 4, 12, 26, 47),
            _ when field == FieldList.Container => new Column(field, 4, 9, 12, 40),
            ShareField => new Column(field, 4, 7, 9, 21),
            EndpointField => new Column(field, 4, 14, 26, 47),
            AddressField => new Column(field, 4, Math.Max(11, title), Math.Max(15, title), 39),
            NameField => new Column(field, 3, title, Math.Max(10, title), 15),
            TextField { MostBytes: > Field.MostBytesOfText } => new Column(field, 4, title, 24, 120),
            TextField => new Column(field, 4, title, Math.Max(12, title), 48),
            TimeField => new Column(field, 4, title, Rfc3339.Length, Rfc3339.Length),
            _ => OfNumber(field, title),
        };
    }

    private static Column OfNumber(Field field, int title)
    {
        var content = field.Unit switch
        {
            FieldUnit.BytesPerSecond => UnitScale.BytesPerSecond.FullWidth,
            FieldUnit.Bytes => UnitScale.Bytes.FullWidth,
            FieldUnit.Microseconds => UnitScale.Microseconds.FullWidth,
            FieldUnit.Seconds => DurationText.FullWidth,
            FieldUnit.Id => 7,
            _ => 4,
        };
        var full = Math.Max(content, title);
        var most = field is NumberField { IsHuge: true } ? 20 : field.Unit == FieldUnit.Id ? Math.Max(full, 10) : full;
        var least = field.Unit is FieldUnit.Microseconds or FieldUnit.Id or FieldUnit.Flag ? 3 : 4;
        return new Column(field, least, full, full, field == FieldList.Pid ? full : most);
    }
}
