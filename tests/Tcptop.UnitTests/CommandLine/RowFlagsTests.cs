using System.Text.Json;
using Tcptop.Cli;
using Tcptop.Model.Fields;
using Tcptop.Table;
using Xunit;

namespace Tcptop.UnitTests.CommandLine;

/// <summary>Flags for rows and columns, and the list of what they can name.</summary>
public sealed class RowFlagsTests
{
    private static readonly string[] Kinds = ["counter", "gauge", "text"];
    private static readonly string[] Views = ["screen", "text", "csv", "json"];

    [Theory]
    [InlineData("pid,rtt_us", "pid rtt_us")]
    [InlineData("rtt_us,pid", "rtt_us pid")]
    [InlineData("pid, rtt_us ,pid", "pid rtt_us")]
    [InlineData("min_rtt_us", "min_rtt_us")]
    [InlineData("+age_s", "proto local remote pid process state rate_in rate_out rtt_us age_s")]
    [InlineData("-pid", "proto local remote process state rate_in rate_out rtt_us")]
    [InlineData("+age_s,-pid", "proto local remote process state rate_in rate_out rtt_us age_s")]
    [InlineData("+age_s,user", "proto local remote pid process state rate_in rate_out rtt_us age_s user")]
    [InlineData("-pid,process,+user,uid", "proto local remote state rate_in rate_out rtt_us user uid")]
    [InlineData("+pid,-user", "proto local remote pid process state rate_in rate_out rtt_us")]
    [InlineData("pid,+rtt_us,user", "pid rtt_us user")]
    [InlineData("pid,user,-pid", "user")]
    public void Columns_are_named_or_added_to_the_usual_ones_and_taken_away(string value, string columns)
    {
        Assert.Equal(columns, ColumnsOf(Accept(["--columns", value]), FieldViews.Screen));
        Assert.Equal(columns, ColumnsOf(Accept([$"--columns={value}"]), FieldViews.Screen));
    }

    [Fact]
    public void Columns_that_are_added_are_added_to_those_of_the_output()
    {
        var usual = string.Join(' ', FieldList.In(FieldViews.Files).Select(field => field.Name));
        var options = Accept(["-b", "--format", "csv", "--columns", "+min_rtt_us"]);
        Assert.Equal($"{usual} min_rtt_us", ColumnsOf(options, FieldViews.Files));
    }

    [Fact]
    public void Without_the_flag_there_is_no_choice() => Assert.Null(Accept([]).Columns);

    [Theory]
    [InlineData("device", "unknown field 'device'; did you mean interface?")]
    [InlineData("rtt", "unknown field 'rtt'; did you mean rtt_us?")]
    [InlineData("PID", "unknown field 'PID'; did you mean pid?")]
    [InlineData("bytes-in", "unknown field 'bytes-in'; did you mean bytes_in?")]
    [InlineData("Bytes In", "unknown field 'Bytes In'; did you mean bytes_in?")]
    [InlineData("bytes_inn", "unknown field 'bytes_inn'; did you mean bytes_in?")]
    [InlineData("Pkts", "unknown field 'Pkts'; see tcptop fields")]
    [InlineData("pid,nothing_like_it", "unknown field 'nothing_like_it'; see tcptop fields")]
    [InlineData("+pid,-devicee\u001b", "unknown field 'devicee?'; see tcptop fields")]
    [InlineData("", "give field names with commas between them, or +FIELD and -FIELD")]
    [InlineData("pid,", "give field names with commas between them, or +FIELD and -FIELD")]
    [InlineData("+", "give field names with commas between them, or +FIELD and -FIELD")]
    public void A_column_that_is_none_is_refused_with_what_may_be_meant(string value, string mistake) =>
        Assert.Equal($"error: --columns: {mistake}", Refuse("--columns", value));

    [Theory]
    [InlineData("device", "unknown field 'device'; did you mean interface?")]
    [InlineData("-rtt", "unknown field 'rtt'; did you mean rtt_us?")]
    [InlineData("Pkts", "unknown field 'Pkts'; see tcptop fields")]
    public void An_order_that_is_none_is_refused_with_what_may_be_meant(string value, string mistake) =>
        Assert.Equal($"error: --sort: {mistake}", Refuse($"--sort={value}"));

    [Theory]
    [InlineData("pid,-pid")]
    [InlineData("-proto,local,remote,pid,process,state,rate_in,rate_out,rtt_us")]
    public void A_choice_that_leaves_no_column_is_refused(string value) =>
        Assert.Equal("error: --columns leaves no column", Refuse("--columns", value));

    [Theory]
    [InlineData("error: --columns needs a value: NAMES", "--columns")]
    [InlineData("error: --sort needs a value: FIELD", "--sort")]
    [InlineData("error: --columns may be given only once", "--columns", "pid", "--columns", "uid")]
    [InlineData("error: --sort may be given only once", "--sort", "pid", "--sort", "uid")]
    [InlineData("error: --top needs a value: COUNT", "-b", "--top")]
    [InlineData(
        "error: --top '0' is not allowed: give a whole number from 1 to 2147483647", "-b", "--top", "0")]
    [InlineData("error: --changed takes no value", "-b", "--changed=true")]
    public void Values_are_there_where_they_belong(string message, params string[] arguments) =>
        Assert.Equal(message, Refuse(arguments));

    [Theory]
    [InlineData("age_s", "age_s", true)]
    [InlineData("+age_s", "age_s", true)]
    [InlineData("-age_s", "age_s", false)]
    [InlineData("bytes_out", "bytes_out", true)]
    [InlineData("-bytes_out", "bytes_out", false)]
    [InlineData("pid", "pid", false)]
    [InlineData("-pid", "pid", true)]
    [InlineData("local", "local", false)]
    [InlineData("-local", "local", true)]
    [InlineData("process", "process", false)]
    [InlineData("closed", "closed", false)]
    [InlineData("process_started", "process_started", false)]
    [InlineData("queue", "queue", true)]
    public void Amounts_are_sorted_from_the_largest_and_all_else_from_the_first_unless_reversed(
        string value, string field, bool isDescending)
    {
        var order = new SortOrder(FieldList.Find(field)!, isDescending);
        Assert.Equal(order, Accept(["--sort", value]).Rows.Order);
        Assert.Equal(order, Accept([$"--sort={value}"]).Rows.Order);
        Assert.Equal(order, Accept(["-b", "--sort", value, "-n", "1"]).Rows.Order);
    }

    [Fact]
    public void Without_the_flag_what_moves_most_comes_first() =>
        Assert.Equal(new SortOrder(FieldList.RateTotal, true), Accept([]).Rows.Order);

    [Theory]
    [InlineData("--top", "3")]
    [InlineData("--closed-only")]
    [InlineData("--changed")]
    [InlineData("--bytes")]
    [InlineData("--no-header")]
    [InlineData("--now")]
    public void What_only_batch_output_has_is_refused_on_the_screen(params string[] flags) =>
        Assert.Equal($"error: {flags[0]} needs batch output: add --batch", Refuse(flags));

    [Theory]
    [InlineData(
        "--closed-only and --changed cannot be combined: what ended has changed",
        "-b", "--closed-only", "--changed")]
    [InlineData(
        "--bytes is for text: CSV and JSON have exact numbers anyway", "-b", "--format", "json", "--bytes")]
    [InlineData(
        "--bytes is for text: CSV and JSON have exact numbers anyway", "-b", "--format", "csv", "--bytes")]
    [InlineData("--bytes is for text: CSV and JSON have exact numbers anyway", "--log", "f", "--bytes")]
    [InlineData(
        "--no-header is for text and CSV: JSON has no header", "-b", "--format", "json", "--no-header")]
    [InlineData(
        "--log and --no-header cannot be combined: a log is known by its header",
        "--log", "f", "--no-header")]
    [InlineData("--now needs -n 1: with more refreshes the first one is printed at once", "-b", "--now")]
    [InlineData(
        "--now needs -n 1: with more refreshes the first one is printed at once", "-b", "--now", "-n", "2")]
    [InlineData(
        "--changed and --now cannot be combined: there is no refresh before the first",
        "-b", "-n", "1", "--changed", "--now")]
    public void What_cannot_be_meant_is_refused(string message, params string[] flags) =>
        Assert.Equal($"error: {message}", Refuse(flags));

    [Fact]
    public void In_batch_output_each_has_its_effect()
    {
        Assert.Equal(3, Accept(["-b", "--top", "3"]).Rows.Top);
        Assert.Equal(int.MaxValue, Accept(["-b"]).Rows.Top);
        Assert.Equal(RowChoices.Closed, Accept(["-b", "--closed-only"]).Rows.Only);
        Assert.Equal(RowChoices.Changed, Accept(["-b", "--changed"]).Rows.Only);
        Assert.Equal(RowChoices.All, Accept(["-b"]).Rows.Only);
        Assert.True(Accept(["-b", "--bytes", "--no-header"]) is { IsExact: true, HasHeader: false });
        Assert.True(Accept(["-b"]) is { IsExact: false, HasHeader: true, PrintsFirst: false });
        Assert.True(Accept(["-b", "-n", "1", "--now", "--closed-only"]) is { PrintsFirst: true, Count: 1 });
        Assert.False(Accept(["--log", "-", "--no-header"]).HasHeader);
    }

    [Fact]
    public void Off_the_terminal_output_is_batch_and_they_are_understood() =>
        Assert.Equal(3, Accept(["--top", "3"], terminal: false).Rows.Top);

    [Fact]
    public void The_list_of_fields_has_a_line_for_each_with_its_unit_and_meaning()
    {
        var lines = Say("fields").TrimEnd('\n').Split('\n');
        Assert.Equal(FieldList.All.Length + 1, lines.Length);
        Assert.Equal(["NAME", "UNIT", "MEANING"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var unitAt = lines[0].IndexOf("UNIT", StringComparison.Ordinal);
        var meaningAt = lines[0].IndexOf("MEANING", StringComparison.Ordinal);
        for (var i = 0; i < FieldList.All.Length; i++)
        {
            var (field, line) = (FieldList.All[i], lines[i + 1]);
            Assert.Equal(field.Name, line[..unitAt].TrimEnd());
            Assert.True(line[unitAt - 1] == ' ' && line[meaningAt - 1] == ' ', line);
            Assert.Equal(field.Unit.Name() ?? "-", line[unitAt..meaningAt].TrimEnd());
            Assert.Equal(field.Help, line[meaningAt..]);
        }
    }

    [Fact]
    public void As_JSON_each_field_is_an_object_with_all_that_is_known_of_it()
    {
        var lines = Say("fields", "--format", "json").TrimEnd('\n').Split('\n');
        Assert.Equal(FieldList.All.Length, lines.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            using var parsed = JsonDocument.Parse(lines[i]);
            var root = parsed.RootElement;
            var field = FieldList.All[i];
            Assert.Equal(
                "name,title,unit,kind,source,help,default",
                string.Join(',', root.EnumerateObject().Select(property => property.Name)));
            Assert.Equal(field.Name, root.GetProperty("name").GetString());
            Assert.Equal(field.Title, root.GetProperty("title").GetString());
            Assert.Equal(field.Unit.Name(), root.GetProperty("unit").GetString());
            Assert.Contains(root.GetProperty("kind").GetString()!, Kinds);
            Assert.Equal(field.Source, root.GetProperty("source").GetString());
            Assert.Equal(field.Help, root.GetProperty("help").GetString());
            foreach (var view in root.GetProperty("default").EnumerateArray())
                Assert.Contains(view.GetString()!, Views);
        }
    }

    [Theory]
    [InlineData("pid", "text", "screen text csv json")]
    [InlineData("drops", "counter", "text csv json")]
    [InlineData("local", "text", "screen text")]
    [InlineData("age_s", "gauge", "csv json")]
    [InlineData("min_rtt_us", "gauge", "")]
    public void A_field_says_how_it_behaves_and_where_it_is_without_being_asked_for(
        string name, string kind, string views)
    {
        var start = $"{{\"name\":\"{name}\",";
        var line = Say("fields", "--format=json").Split('\n')
            .Single(line => line.StartsWith(start, StringComparison.Ordinal));
        using var parsed = JsonDocument.Parse(line);
        Assert.Equal(kind, parsed.RootElement.GetProperty("kind").GetString());
        var told = parsed.RootElement.GetProperty("default").EnumerateArray();
        Assert.Equal(views, string.Join(' ', told.Select(view => view.GetString())));
    }

    [Theory]
    [InlineData("error: --format 'csv' is not allowed: give text or json", "fields", "--format", "csv")]
    [InlineData("error: --batch must come after fields", "--batch", "fields")]
    [InlineData("error: fields has no --batch; see tcptop fields --help", "fields", "--batch")]
    [InlineData("error: unknown argument pid for fields; see tcptop fields --help", "fields", "pid")]
    public void The_list_of_fields_has_flags_of_its_own(string message, params string[] arguments) =>
        Assert.Equal(message, Refuse(arguments));

    private static string ColumnsOf(TcptopOptions options, FieldViews views) =>
        string.Join(' ', options.Columns!.Of(FieldList.In(views)).Select(field => field.Name));

    private static TcptopOptions Accept(string[] arguments, bool terminal = true)
    {
        var (options, text, _) = new Tcptop.Cli.CommandLine().Parse(arguments, terminal);
        return options ?? throw new InvalidOperationException(text);
    }

    private static string Say(params string[] arguments)
    {
        var (options, text, exitCode) = new Tcptop.Cli.CommandLine().Parse(arguments, stdoutIsTerminal: true);
        Assert.Null(options);
        Assert.Equal(0, exitCode);
        return text;
    }

    private static string Refuse(params string[] arguments)
    {
        var (options, text, exitCode) = new Tcptop.Cli.CommandLine().Parse(arguments, stdoutIsTerminal: true);
        Assert.Null(options);
        Assert.Equal(2, exitCode);
        return text.TrimEnd('\n');
    }
}
