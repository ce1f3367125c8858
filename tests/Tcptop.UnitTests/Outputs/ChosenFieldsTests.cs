using System.Collections.Immutable;
using System.Text.Json;
using Tcptop.Model;
using Tcptop.Model.Fields;
using Tcptop.Outputs.Csv;
using Tcptop.Outputs.Json;
using Tcptop.Outputs.Text;
using Tcptop.UnitTests.Fuzz;
using Xunit;
using static Tcptop.UnitTests.Outputs.OutputRows;

namespace Tcptop.UnitTests.Outputs;

/// <summary>Outputs with the columns that were asked for.</summary>
public sealed class ChosenFieldsTests
{
    private static readonly ImmutableArray<Field> Some =
        [FieldList.RemotePort, FieldList.Pid, FieldList.Local, FieldList.MinRtt];

    private static readonly ImmutableArray<Field> WithDropsAndQueue =
        [FieldList.Pid, FieldList.Drops, FieldList.Queue];

    [Fact]
    public void CSV_has_the_chosen_columns_in_their_order()
    {
        var csv = new CsvOutput(Nginx, Some);
        Assert.Equal("remote_port,pid,local,min_rtt_us\r\n", Beginning(csv));
        Assert.Equal("50000,812,192.0.2.1:443,42\r\n", Render(csv, Measured()));
    }

    [Fact]
    public void JSON_has_the_chosen_keys_in_their_order()
    {
        using var json = new JsonLinesOutput(Nginx, Some);
        var expected = """
            {"remote_port":50000,"pid":812,"local":"192.0.2.1:443","min_rtt_us":42}

            """;
        Assert.Equal(expected, Render(json, Measured()));
    }

    [Fact]
    public void Only_what_the_chosen_fields_need_is_asked_of_the_host()
    {
        Assert.Equal(HostFact.None, new CsvOutput(Nginx, Some).Asks);
        ImmutableArray<Field> asking = [FieldList.Command, FieldList.User];
        using var json = new JsonLinesOutput(Nginx, asking);
        Assert.Equal(HostFact.Process | HostFact.User, json.Asks);
        var text = new TextOutput(new TextOptions { Fields = asking }, Nginx);
        Assert.Equal(HostFact.Process | HostFact.User, text.Asks);
    }

    [Fact]
    public void Every_field_alone_can_be_written_in_every_form()
    {
        ConnectionRecord[] rows =
        [
            Measured() with { AcceptQueue = (3, 128), Drops = 17 },
            Row(),
            Bare(),
            WithoutCounters(TcpState.Listen),
            WithoutCounters(TcpState.TimeWait) with { IsClosed = true },
        ];
        foreach (var field in FieldList.All)
        {
            foreach (var row in rows)
            {
                CanBeWrittenAsJson(field, row);
                CanBeWrittenAsCsv(field, row);
                CanBeWrittenAsText(field, row);
            }
        }
    }

    [Fact]
    public void The_least_round_trip_time_is_a_number_or_null()
    {
        Assert.Equal(42, JsonOf(FieldList.MinRtt, Measured()).GetInt32());
        Assert.Equal(JsonValueKind.Null, JsonOf(FieldList.MinRtt, Row()).ValueKind);
        Assert.Equal(JsonValueKind.Null, JsonOf(FieldList.MinRtt, Bare()).ValueKind);
    }

    [Fact]
    public void The_queue_is_one_word_and_null_where_there_is_none()
    {
        Assert.Equal("3/128", JsonOf(FieldList.Queue, Row() with { AcceptQueue = (3, 128) }).GetString());
        Assert.Equal(JsonValueKind.Null, JsonOf(FieldList.Queue, Row()).ValueKind);
    }

    [Fact]
    public void An_end_is_its_address_and_port_as_one()
    {
        Assert.Equal("192.0.2.1:443", JsonOf(FieldList.Local, Row()).GetString());
        Assert.Equal("[2001:db8::1]:50000", JsonOf(FieldList.Remote, Row()).GetString());
    }

    [Fact]
    public void Rates_together_are_null_where_neither_is_known()
    {
        Assert.Equal(1234.6, JsonOf(FieldList.RateTotal, Row()).GetDouble());
        Assert.Equal(JsonValueKind.Null, JsonOf(FieldList.RateTotal, Bare()).ValueKind);
    }

    [Fact]
    public void Text_has_the_chosen_columns_with_units()
    {
        var options = new TextOptions
        {
            Fields = [FieldList.Pid, FieldList.MinRtt, FieldList.Age, FieldList.LocalPort],
        };
        var expected = """
            PID  MIN RTT   AGE  LOCAL PORT
            812    42 us  1.5s         443


            """;
        var text = Render(Text(options), Measured());
        Assert.StartsWith("2026-11-23T12:00:01.250Z  1 connection (", text, StringComparison.Ordinal);
        Assert.Equal(expected, text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
    }

    [Fact]
    public void A_column_for_the_end_takes_the_place_of_the_mark()
    {
        var options = new TextOptions { Fields = [FieldList.Pid, FieldList.Closed] };
        var lines = Render(Text(options), Row(), Row() with { IsClosed = true }).Split('\n');
        Assert.Equal(["PID  CLOSED", "812  no", "812  yes"], lines[1..4]);
        var without = new TextOptions { Fields = [FieldList.Pid] };
        Assert.Equal(["PID", "812  [CLOSED]"], LinesOf(without, Row() with { IsClosed = true }));
    }

    [Fact]
    public void Exact_text_has_numbers_without_units_no_blank_in_a_value_and_no_summary()
    {
        var options = new TextOptions
        {
            Fields = [FieldList.Process, FieldList.BytesIn, FieldList.RateIn, FieldList.Local],
            IsExact = true,
        };
        var expected = """
            process  bytes_in  rate_in  local
            a\x20b       1000   1234.6  192.0.2.1:443

            """;
        Assert.Equal(expected, Render(Text(options), Named("a b")));
    }

    [Fact]
    public void Exact_text_has_as_many_words_a_row_as_there_are_columns()
    {
        var options = new TextOptions { Fields = FieldList.All, OnlyIfAny = [], IsExact = true };
        var text = new TextOutput(options, Nginx);
        var lines = Render(text, Named(" a b "), Bare(), WithoutCounters(TcpState.Listen)).Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.Equal("", lines[^1]);
        foreach (var line in lines[..^1])
        {
            Assert.Equal(line, line.TrimEnd());
            Assert.Equal(FieldList.All.Length, line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);
        }
        Assert.Contains(@" \x20a\x20b\x20 ", lines[1], StringComparison.Ordinal);
        Assert.Contains(@" nginx:\x20worker ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_header_there_are_no_names()
    {
        var csv = new CsvOutput(Nginx, Some) { HasHeader = false };
        Assert.Equal("", Beginning(csv));
        Assert.Equal("50000,812,192.0.2.1:443,42\r\n", Render(csv, Measured()));
        var exact = new TextOptions { Fields = [FieldList.Pid], IsExact = true, HasHeader = false };
        Assert.Equal("812\n", Render(Text(exact), Row()));
        var lines = Render(Text(exact with { IsExact = false }), Row()).Split('\n');
        Assert.StartsWith("2026-11-23T", lines[0], StringComparison.Ordinal);
        Assert.Equal("812", lines[1]);
    }

    [Fact]
    public void Drops_and_the_queue_have_a_column_only_if_a_row_has_something_unless_they_are_chosen()
    {
        var usual = new TextOptions { Fields = WithDropsAndQueue };
        Assert.Equal(["PID", "812"], LinesOf(usual, Row()));
        Assert.Equal(["PID  DROPS", "812     17"], LinesOf(usual, Row() with { Drops = 17 }));
        Assert.Equal(["PID  QUEUE", "812  3/128"], LinesOf(usual, Row() with { AcceptQueue = (3, 128) }));
        var chosen = usual with { OnlyIfAny = [] };
        Assert.Equal(["PID  DROPS  QUEUE", "812      -      -"], LinesOf(chosen, Row()));
        var oneChosen = usual with { OnlyIfAny = [FieldList.Queue] };
        Assert.Equal(["PID  DROPS", "812      -"], LinesOf(oneChosen, Row()));
    }

    private static ConnectionRecord Measured()
    {
        var row = Row();
        row.Tcp.MinRttUs = 42;
        return row;
    }

    private static TextOutput Text(TextOptions options) => new(options, FuzzedOutputs.KnowsNothing);

    /// <summary>Heading and row.</summary>
    private static string[] LinesOf(TextOptions options, ConnectionRecord row) =>
        Render(Text(options), row).Split('\n')[1..3];

    private static JsonElement JsonOf(Field field, ConnectionRecord row)
    {
        ImmutableArray<Field> alone = [field];
        using var json = new JsonLinesOutput(Nginx, alone);
        using var parsed = JsonDocument.Parse(Render(json, row));
        return parsed.RootElement.GetProperty(field.Name).Clone();
    }

    private static void CanBeWrittenAsJson(Field field, ConnectionRecord row)
    {
        ImmutableArray<Field> alone = [field];
        using var json = new JsonLinesOutput(Nginx, alone);
        var line = Render(json, row);
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        using var parsed = JsonDocument.Parse(line);
        Assert.Equal(field.Name, Assert.Single(parsed.RootElement.EnumerateObject()).Name);
    }

    private static void CanBeWrittenAsCsv(Field field, ConnectionRecord row)
    {
        ImmutableArray<Field> alone = [field];
        var csv = new CsvOutput(Nginx, alone);
        Assert.Equal($"{field.Name}\r\n", Beginning(csv));
        Assert.Single(Assert.Single(CsvReader.Read(Render(csv, row))));
    }

    private static void CanBeWrittenAsText(Field field, ConnectionRecord row)
    {
        var options = new TextOptions { Fields = [field], OnlyIfAny = [] };
        var lines = Render(new TextOutput(options, Nginx), row).Split('\n');
        Assert.Equal(field.Title.ToUpperInvariant(), lines[1].Trim());
        Assert.NotEqual("", lines[2].Trim());
        var exact = new TextOutput(options with { IsExact = true, HasHeader = false }, Nginx);
        var mark = row.IsClosed && field != FieldList.Closed ? "  [CLOSED]\n" : "\n";
        Assert.Matches($"^\\S+{mark.Replace("[", "\\[", StringComparison.Ordinal)}$", Render(exact, row));
    }
}
