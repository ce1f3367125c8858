using System.Reflection;
using Tcptop.Model.Fields;
using Xunit;

namespace Tcptop.UnitTests.Model;

/// <summary>The registry of fields, on which scripts rely.</summary>
public sealed class FieldListTests
{
    /// <summary>A title and the arrow of the order have to fit above a column.</summary>
    private const int LongestTitle = 30;

    [Fact]
    public void Every_name_is_one_lower_case_word_and_is_there_once()
    {
        foreach (var field in FieldList.All)
            Assert.Matches("^[a-z]+(_[a-z]+)*$", field.Name);
        Assert.Equal(FieldList.All.Length, FieldList.All.Select(field => field.Name).Distinct().Count());
    }

    [Fact]
    public void Every_field_that_is_declared_is_listed_once()
    {
        var declared = new[] { typeof(FieldList), typeof(TcpFields) }
            .SelectMany(list => list.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Where(member => typeof(Field).IsAssignableFrom(member.FieldType))
            .Select(member => ((Field)member.GetValue(null)!).Name)
            .ToList();
        Assert.NotEmpty(declared);
        var listed = NamesOf(FieldList.All);
        Assert.Equal(declared.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_field_says_what_it_is_and_where_it_comes_from()
    {
        foreach (var field in FieldList.All)
        {
            Assert.False(string.IsNullOrWhiteSpace(field.Source), $"source of {field}");
            Assert.False(string.IsNullOrWhiteSpace(field.Help), $"help of {field}");
            Assert.DoesNotMatch(@"\n|\.$", field.Help);
        }
    }

    [Fact]
    public void Every_field_has_a_title_that_fits_and_none_that_is_longer_where_there_is_less_room()
    {
        foreach (var field in FieldList.All)
        {
            Assert.InRange(field.Title.Length, 1, LongestTitle);
            Assert.InRange(field.ScreenTitle.Length, 1, field.Title.Length);
            Assert.InRange(field.ShortTitle.Length, 1, field.ScreenTitle.Length);
        }
    }

    [Fact]
    public void Titles_are_unique() =>
        Assert.Equal(FieldList.All.Length, FieldList.All.Select(field => field.Title).Distinct().Count());

    [Fact]
    public void Files_have_the_fields_of_the_first_version_in_their_order()
    {
        const string Names =
            "timestamp proto local_addr local_port remote_addr remote_port pid process state "
            + "bytes_in bytes_out packets_in packets_out rate_in rate_out rtt_us closed cookie netns cgroup "
            + "uid age_s retransmits interface netns_name container user command executable "
            + "process_started holders drops accept_queue accept_limit";
        Assert.Equal(Names, string.Join(' ', NamesOf(FieldList.In(FieldViews.Files))));
        Assert.Equal(34, FieldList.In(FieldViews.Files).Length);
    }

    [Fact]
    public void Fields_of_files_come_first_of_all()
    {
        var files = FieldList.In(FieldViews.Files);
        Assert.Equal(NamesOf(files), NamesOf(FieldList.All).Take(files.Length));
    }

    [Theory]
    [InlineData(FieldUnit.Text, null)]
    [InlineData(FieldUnit.Bytes, "bytes")]
    [InlineData(FieldUnit.BytesPerSecond, "bytes/s")]
    [InlineData(FieldUnit.Packets, "packets")]
    [InlineData(FieldUnit.Segments, "segments")]
    [InlineData(FieldUnit.Datagrams, "datagrams")]
    [InlineData(FieldUnit.Microseconds, "us")]
    [InlineData(FieldUnit.Seconds, "s")]
    [InlineData(FieldUnit.Count, "count")]
    [InlineData(FieldUnit.Id, null)]
    [InlineData(FieldUnit.Time, "time")]
    [InlineData(FieldUnit.Flag, null)]
    public void A_unit_has_a_name_where_there_is_something_to_say(FieldUnit unit, string? name) =>
        Assert.Equal(name, unit.Name());

    [Fact]
    public void Every_amount_has_a_unit_with_a_name()
    {
        foreach (var unit in Enum.GetValues<FieldUnit>())
            Assert.True(!unit.IsQuantity() || unit.Name() is not null, $"{unit}");
    }

    [Fact]
    public void A_number_is_an_amount_or_an_id_and_words_are_neither()
    {
        foreach (var field in FieldList.All)
        {
            if (field is NumberField or FractionField)
                Assert.True(field.Unit.IsQuantity() || field.Unit == FieldUnit.Id, $"{field}");
            if (field is TextField or NameField or AddressField or EndpointField)
                Assert.Equal(FieldUnit.Text, field.Unit);
        }
    }

    [Fact]
    public void Each_field_is_found_by_its_name()
    {
        foreach (var field in FieldList.All)
            Assert.Same(field, FieldList.Find(field.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing")]
    [InlineData("PID")]
    [InlineData("pid ")]
    public void What_is_no_name_finds_nothing(string name) => Assert.Null(FieldList.Find(name));

    private static List<string> NamesOf(IEnumerable<Field> fields) => [.. fields.Select(field => field.Name)];
}
