using Tcptop.Model.Filtering;
using Xunit;

namespace Tcptop.UnitTests.Filtering;

/// <summary>
/// Each rule of the language, by what the parser makes of an expression: its tree, written out again.
/// </summary>
public sealed class FilterParserTests
{
    [Theory]
    [InlineData("a b or c", "\"a\" \"b\" or \"c\"")]
    [InlineData("a (b or c)", "\"a\" (\"b\" or \"c\")")]
    [InlineData("a and b && c || d", "\"a\" \"b\" \"c\" or \"d\"")]
    [InlineData("not a b", "not \"a\" \"b\"")]
    [InlineData("not (a or b)", "not (\"a\" or \"b\")")]
    [InlineData("-ssh !http not dns", "not \"ssh\" not \"http\" not \"dns\"")]
    [InlineData("NOT a OR b AND c", "not \"a\" or \"b\" \"c\"")]
    public void Not_binds_one_term_then_neighbours_then_or(string text, string tree) => AssertTree(tree, text);

    [Theory]
    [InlineData("443", "\"443\"")]
    [InlineData("docker:4f5e", "\"docker:4f5e\"")]
    [InlineData("10.0.0.1:443", "\"10.0.0.1:443\"")]
    [InlineData("fd00::1", "\"fd00::1\"")]
    [InlineData("a-b", "\"a-b\"")]
    [InlineData("\"not\" 'a b' \"x\\\"y\"", "\"not\" \"a b\" \"x\\\"y\"")]
    [InlineData("\"tcp\"", "\"tcp\"")]
    public void What_is_no_comparison_is_a_word(string text, string tree) => AssertTree(tree, text);

    [Theory]
    [InlineData("port", "\"port\"")]
    [InlineData("not", "\"not\"")]
    [InlineData("or", "\"or\"")]
    [InlineData("and", "\"and\"")]
    [InlineData("in", "\"in\"")]
    [InlineData("a or", "\"a\" \"or\"")]
    [InlineData("a and", "\"a\" \"and\"")]
    [InlineData("(a or) b", "\"a\" \"or\" \"b\"")]
    [InlineData("host or net", "\"host\" or \"net\"")]
    [InlineData("state", "\"state\"")]
    public void A_keyword_without_an_operand_is_a_word(string text, string tree) => AssertTree(tree, text);

    [Theory]
    [InlineData("process:nginx", "process == \"nginx\"")]
    [InlineData("rport:>1024", "remote_port > 1024")]
    [InlineData("rtt:>=50ms", "rtt_us >= 50ms")]
    [InlineData("state:close_wait", "state == \"CLOSE_WAIT\"")]
    [InlineData("port:443", "port == 443")]
    [InlineData("local:10.0.0.1:443", "local == 10.0.0.1:443")]
    [InlineData("-user:root", "not user == \"root\"")]
    public void A_colon_compares_behind_a_known_field_alone(string text, string tree) => AssertTree(tree, text);

    [Theory]
    [InlineData("tcp", "tcp")]
    [InlineData("UDP v6", "udp v6")]
    [InlineData("v4 or v6", "v4 or v6")]
    public void Protocols_and_families_stand_alone(string text, string tree) => AssertTree(tree, text);

    [Theory]
    [InlineData("port 443", "port == 443")]
    [InlineData("port != 22", "port != 22")]
    [InlineData("port in (80, 443)", "port in (80, 443)")]
    [InlineData("port > 1023", "port > 1023")]
    [InlineData("port https", "port == https")]
    [InlineData("host 10.0.0.1", "host == 10.0.0.1")]
    [InlineData("host fd00::1", "host == fd00::1")]
    [InlineData("host ::ffff:10.0.0.1", "host == 10.0.0.1")]
    [InlineData("net 10.0.0.0/8 or net fd00::/8", "net == 10.0.0.0/8 or net == fd00::/8")]
    [InlineData("-net 10.0.0.0/16 udp", "not net == 10.0.0.0/16 udp")]
    public void Port_host_and_net_ask_for_either_end(string text, string tree) => AssertTree(tree, text);

    [Theory]
    [InlineData("dport=1", "remote_port == 1")]
    [InlineData("lport=1", "local_port == 1")]
    [InlineData("sport=1", "local_port == 1")]
    [InlineData("src=10.0.0.1", "local == 10.0.0.1")]
    [InlineData("dst!=10.0.0.0/8", "remote != 10.0.0.0/8")]
    [InlineData("proc~ngi", "process ~ \"ngi\"")]
    [InlineData("ctr==web", "container == \"web\"")]
    [InlineData("rtt>50ms", "rtt_us > 50ms")]
    [InlineData("age<10s", "age_s < 10s")]
    [InlineData("retrans > 1%", "retransmit_share > 1%")]
    [InlineData("bytes-in > 1M", "bytes_in > 1M")]
    public void Fields_have_short_names(string text, string tree) => AssertTree(tree, text);

    [Theory]
    [InlineData("state=close-wait", "CLOSE_WAIT")]
    [InlineData("state=CWT", "CLOSE_WAIT")]
    [InlineData("state=estab", "ESTABLISHED")]
    [InlineData("state=Established", "ESTABLISHED")]
    [InlineData("state=fin-wait-1", "FIN_WAIT1")]
    [InlineData("state=syn-sent", "SYN_SENT")]
    public void States_go_by_all_their_names(string text, string state) => AssertTree($"state == \"{state}\"", text);

    [Theory]
    [InlineData("rtt_us > 50ms", 50_000)]
    [InlineData("rtt_us > 0.5ms", 500)]
    [InlineData("rtt_us > 7", 7)]
    [InlineData("age > 2h", 7_200)]
    [InlineData("age > 10", 10)]
    [InlineData("busy_ms > 3s", 3_000)]
    [InlineData("rate_in >= 1M", 1 << 20)]
    [InlineData("bytes_in >= 1.5KiB", 1_536)]
    [InlineData("rate_in > 2KB/s", 2_048)]
    [InlineData("retransmit_share > 1.5%", 1.5)]
    [InlineData("cwnd < 10", 10)]
    public void A_number_has_the_fields_unit_or_one_of_its_kind(string text, double value)
    {
        var comparison = Assert.IsType<FilterComparison>(FilterParser.Parse(text));
        Assert.Equal(value, Assert.IsType<FilterNumber>(Assert.Single(comparison.Values)).Value, 1e-9);
    }

    [Fact]
    public void A_whole_number_keeps_all_its_digits()
    {
        var comparison = Assert.IsType<FilterComparison>(FilterParser.Parse("cookie=18446744073709551615"));
        Assert.Equal(ulong.MaxValue, Assert.IsType<FilterNumber>(comparison.Values[0]).Whole);
    }

    [Theory]
    [InlineData("prt > 1", 0, 3, "did you mean 'port'?")]
    [InlineData("a prosess:>1", 2, 7, "did you mean 'process'?")]
    [InlineData("a rtt = ", 6, 1, "a value is expected")]
    [InlineData("process > nginx", 8, 1, "cannot be compared by '>'")]
    [InlineData("rtt ~ 5", 4, 1, "cannot be compared by '~'")]
    [InlineData("rtt > 5K", 6, 2, "a time, such as")]
    [InlineData("state = open", 8, 4, "a TCP state")]
    [InlineData("port 70000", 5, 5, "a port from 0 to 65535")]
    [InlineData("net 10.0.0.0/33", 4, 11, "0 to 32 bits")]
    [InlineData("host 10.1", 5, 4, "an address")]
    [InlineData("host 10.0.0.0/8", 5, 10, "an address")]
    [InlineData("rtt >", 4, 1, "a value is expected")]
    [InlineData("= 5", 0, 1, "a word, a comparison or '(' is expected")]
    [InlineData("(a or b", 0, 1, "not closed")]
    [InlineData("a )", 2, 1, "nothing is open")]
    [InlineData("()", 1, 1, "a word or a comparison is expected")]
    [InlineData("\"abc", 0, 1, "the quote \" is not closed")]
    [InlineData("a || ", 5, 1, "a word, a comparison or '(' is expected")]
    [InlineData("port in (80 443)", 12, 3, "',' or ')' is expected")]
    [InlineData("closed = perhaps", 9, 7, "yes or no")]
    [InlineData("-", 0, 1, "is expected behind it")]
    public void A_mistake_says_where_it_is_and_what_was_expected(string text, int at, int length, string expected)
    {
        var mistake = Assert.Throws<FilterException>(() => FilterParser.Parse(text));
        Assert.Contains(expected, mistake.Message, StringComparison.Ordinal);
        Assert.Equal((at, length), (mistake.At, mistake.Length));
    }

    [Fact]
    public void Depth_and_length_are_bounded()
    {
        Assert.Throws<FilterException>(() => FilterParser.Parse(new string('(', 200) + "a" + new string(')', 200)));
        Assert.Throws<FilterException>(() => FilterParser.Parse(string.Concat(Enumerable.Repeat("not ", 200)) + "a"));
        Assert.Throws<FilterException>(() => FilterParser.Parse(new string('a', 5_000)));
        Assert.True(FilterParser.Parse("  ").IsEverything);
    }

    [Fact]
    public void What_is_written_out_is_read_as_the_same()
    {
        const string Text = "-ssh (net 10.0.0.0/8 or dst=fd00::/8) state in (estab, cwt) rtt>50ms port!=22 tcp 'a \"b'";
        var written = FilterParser.Parse(Text).ToString();
        Assert.Equal(written, FilterParser.Parse(written).ToString());
    }

    private static void AssertTree(string tree, string text) =>
        Assert.Equal(tree, FilterParser.Parse(text, static name => name == "https" ? (ushort)443 : null).ToString());
}
