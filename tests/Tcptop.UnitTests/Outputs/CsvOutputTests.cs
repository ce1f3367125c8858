using System.Text;
using System.Text.Json;
using Tcptop.Model;
using Tcptop.Outputs;
using Tcptop.Outputs.Csv;
using Tcptop.Outputs.Json;
using Xunit;
using static Tcptop.UnitTests.Outputs.OutputRows;

namespace Tcptop.UnitTests.Outputs;

public sealed class CsvOutputTests
{
    private const string Header =
        "timestamp,proto,local_addr,local_port,remote_addr,remote_port,pid,process,state,bytes_in,bytes_out,packets_in,packets_out,rate_in,rate_out,rtt_us,"
        + "closed,cookie,netns,cgroup,uid,age_s,retransmits,interface,netns_name,container,user,command,executable,process_started,holders,drops,"
        + "accept_queue,accept_limit\r\n";

    [Fact]
    public void The_header_has_the_names_in_their_order() => Assert.Equal(Header, Beginning(new CsvOutput(Nginx)));

    [Fact]
    public void The_other_forms_begin_with_nothing()
    {
        using var json = new JsonLinesOutput(Nginx);
        Assert.Equal("", Beginning(json));
    }

    [Fact]
    public void A_row_is_a_line_with_a_field_for_each_name() => Assert.Equal(
        "2026-11-23T12:00:01.250Z,tcp,192.0.2.1,443,2001:db8::1,50000,812,nginx,ESTABLISHED,1000,999,10,20,1234.6,0,85,false,18446744073709551615,4026531840,"
        + "/system.slice/nginx.service,33,1.5,2,eth0,blue,nginx.service,www-data,nginx: worker,/usr/sbin/nginx,2026-11-23T11:59:00.007Z,1,,3,128\r\n",
        Render(new CsvOutput(Nginx), Row() with { AcceptQueue = (3, 128) }));

    [Fact]
    public void What_is_absent_is_empty() => Assert.Equal(
        "2026-11-23T12:00:01.250Z,udp,192.0.2.1,443,2001:db8::1,50000,,,,1000,999,10,20,,,,true,5,4026531840,,33,,,,,,,,,,,17,,\r\n",
        Render(new CsvOutput(new FakeHostFacts()), Bare() with { IsClosed = true, Drops = 17 }));

    [Theory]
    [InlineData("plain name", "plain name")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("\"\"\"", "\"\"\"\"\"\"\"\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData("a\rb", "\"a\rb\"")]
    [InlineData("=1+2", "=1+2")]
    [InlineData("日本", "日本")]
    public void Text_is_quoted_where_it_must_be_and_else_as_it_is(string name, string field) =>
        Assert.Contains(
            $",812,{field},ESTABLISHED,", Render(new CsvOutput(Nginx), Named(name)), StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_no_UTF8_become_a_replacement_character()
    {
        var row = Row() with { ProcessName = KernelName.FromBytes([0x61, 0xFF, 0xFE, 0x62]) };
        Assert.Contains(
            ",812,a\uFFFD\uFFFDb,ESTABLISHED,", Render(new CsvOutput(Nginx), row), StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_terminal_nothing_but_plain_text_is_written()
    {
        var output = new CsvOutput(
            new FakeHostFacts { Facts = new ProcessFacts("\x1b[2J,\u202e\n", null, null) }, forTerminal: true);
        var line = Render(output, Named("\x1b]0;x\a\n"));
        Assert.All(line.TrimEnd('\r', '\n'), c => Assert.InRange(c, ' ', '~'));
        Assert.Contains(@",\x1b]0;x\x07\n,", line, StringComparison.Ordinal);
        Assert.Contains(@",""\x1b[2J,\u202e\n"",", line, StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_terminal_a_long_text_is_cut_between_its_characters_and_not_in_an_escape()
    {
        var facts = new ProcessFacts(new string('\x1b', 5_000), null, null);
        var line = Render(new CsvOutput(new FakeHostFacts { Facts = facts }, forTerminal: true), Row());
        var command = line.TrimEnd().Split(',').Single(field => field.StartsWith(@"\x1b", StringComparison.Ordinal));
        Assert.InRange(command.Length, 1_000, 20_000);
        Assert.Equal("", command.Replace(@"\x1b", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0.04, "0")]
    [InlineData(0.05, "0")]
    [InlineData(0.06, "0.1")]
    [InlineData(9.97, "10")]
    [InlineData(99.99, "100")]
    [InlineData(1_234_567_890.123, "1234567890.1")]
    [InlineData(1_099_511_627_775.9, "1099511627775.9")]
    [InlineData(1_099_511_627_776.3, "1099511627776.3")]
    [InlineData(1e18, "1E+18")]
    public void A_rate_is_the_same_text_as_in_JSON(double rate, string text)
    {
        using var json = new JsonLinesOutput(Nginx);
        Assert.Contains(
            $",20,{text},0,85,", Render(new CsvOutput(Nginx), Row() with { RateIn = rate }), StringComparison.Ordinal);
        Assert.Contains($"\"rate_in\":{text},", Render(json, Row() with { RateIn = rate }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1_001_000_000UL, "0.001")]
    [InlineData(1_010_000_000UL, "0.01")]
    [InlineData(1_999_999_999UL, "1")]
    [InlineData(61_000_000_000UL, "60")]
    public void An_age_has_three_decimals_at_the_most(ulong seenNs, string age) =>
        Assert.Contains($",33,{age},2,", Render(new CsvOutput(Nginx), Row() with { LastSeenNs = seenNs }),
            StringComparison.Ordinal);

    [Fact]
    public void Names_and_values_are_those_of_JSON()
    {
        using var json = new JsonLinesOutput(Nginx);
        var row = Row() with { Drops = 3, AcceptQueue = (1, 2) };
        var fields = JsonDocument.Parse(Render(json, row)).RootElement.EnumerateObject().ToList();
        Assert.Equal(fields.Select(field => field.Name), Header.TrimEnd().Split(','));
        Assert.Equal(fields.Select(field => field.Value.ToString().Replace("False", "false", StringComparison.Ordinal)),
            Render(new CsvOutput(Nginx), row).TrimEnd().Split(','));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("a,b", 0)]
    [InlineData("a,b\r", 0)]
    [InlineData("a,b\r\n", 5)]
    [InlineData("a,b\r\nc,\"d", 5)]
    [InlineData("a,b\r\nc,\"d\r\n", 5)]
    [InlineData("a,b\r\nc,\"d\r\n\"\r\n", 14)]
    [InlineData("a,\"\"\"\n\"\r\nb", 9)]
    public void Rows_are_whole_up_to_the_last_line_break_that_no_quotes_hold(string written, int whole) =>
        Assert.Equal(whole, new CsvOutput(Nginx).WholeRows(Encoding.UTF8.GetBytes(written)));

    [Fact]
    public void Lines_of_the_other_forms_are_whole_at_their_ends()
    {
        IOutput json = new JsonLinesOutput(Nginx);
        Assert.Equal(3, json.WholeRows("{}\n{"u8));
        Assert.Equal(0, json.WholeRows("{"u8));
        ((IDisposable)json).Dispose();
    }
}
