using System.Buffers;
using System.Text;
using System.Text.Json;
using Tcptop.Model;
using Tcptop.Outputs;
using Tcptop.Outputs.Csv;
using Tcptop.Outputs.Json;
using Tcptop.Outputs.Text;
using Tcptop.Table;
using Tcptop.UnitTests.Fuzz;
using Xunit;
using static Tcptop.UnitTests.Outputs.OutputRows;

namespace Tcptop.UnitTests.Outputs;

public sealed class OutputTests
{
    [Fact]
    public void Json_is_one_object_a_line_with_the_fields_in_their_order()
    {
        using var json = new JsonLinesOutput(Nginx);
        var expected = """
            {"timestamp":"2026-11-23T12:00:01.250Z","proto":"tcp","local_addr":"192.0.2.1","local_port":443,"remote_addr":"2001:db8::1","remote_port":50000,"pid":812,"process":"nginx","state":"ESTABLISHED","bytes_in":1000,"bytes_out":999,"packets_in":10,"packets_out":20,"rate_in":1234.6,"rate_out":0,"rtt_us":85,"closed":false,"cookie":"18446744073709551615","netns":4026531840,"cgroup":"/system.slice/nginx.service","uid":33,"age_s":1.5,"retransmits":2,"interface":"eth0","netns_name":"blue","container":"nginx.service","user":"www-data","command":"nginx: worker","executable":"/usr/sbin/nginx","process_started":"2026-11-23T11:59:00.007Z","holders":1,"drops":null,"accept_queue":null,"accept_limit":null}

            """;
        Assert.Equal(expected, Render(json, Row()));
    }

    [Fact]
    public void What_is_absent_is_null_in_json()
    {
        using var json = new JsonLinesOutput(new FakeHostFacts());
        var parsed = JsonDocument.Parse(Render(json, Bare())).RootElement;
        string[] absent =
        [
            "pid", "process", "state", "rate_in", "rate_out", "rtt_us", "cgroup", "age_s", "interface", "netns_name",
            "container", "user", "command",
            "executable", "process_started", "holders", "drops", "accept_queue", "accept_limit",
        ];
        foreach (var name in absent)
            Assert.Equal(JsonValueKind.Null, parsed.GetProperty(name).ValueKind);
        Assert.Equal("udp", parsed.GetProperty("proto").GetString());
    }

    [Fact]
    public void Drops_and_the_accept_queue_are_numbers_in_json_where_a_row_has_them()
    {
        using var json = new JsonLinesOutput(new FakeHostFacts());
        var parsed = JsonDocument.Parse(Render(json, Row() with { Drops = 0, AcceptQueue = (3, 128) })).RootElement;
        Assert.Equal(0, parsed.GetProperty("drops").GetInt32());
        Assert.Equal(3, parsed.GetProperty("accept_queue").GetInt32());
        Assert.Equal(128, parsed.GetProperty("accept_limit").GetInt32());
    }

    [Fact]
    public void A_row_without_an_owner_is_not_asked_whose_it_is()
    {
        using var json = new JsonLinesOutput(Nginx);
        var parsed = JsonDocument.Parse(Render(json, Row() with { Owner = default })).RootElement;
        foreach (var name in new[] { "command", "executable", "process_started" })
            Assert.Equal(JsonValueKind.Null, parsed.GetProperty(name).ValueKind);
    }

    [Fact]
    public void Of_an_owner_outside_the_pid_namespace_its_name_alone_is_told()
    {
        using var json = new JsonLinesOutput(Nginx);
        var outside = Row() with { Owner = new ProcessIdentity(812, 1, 0) };
        var parsed = JsonDocument.Parse(Render(json, outside)).RootElement;
        foreach (var name in new[] { "pid", "command", "executable", "process_started" })
            Assert.Equal(JsonValueKind.Null, parsed.GetProperty(name).ValueKind);
        Assert.Equal("nginx", parsed.GetProperty("process").GetString());
        Assert.Matches(" - +nginx ", Render(new TextOutput(new TextOptions(), FuzzedOutputs.KnowsNothing), outside));
    }

    [Fact]
    public void An_owner_has_the_id_that_it_is_known_by_in_the_pid_namespace()
    {
        using var json = new JsonLinesOutput(Nginx);
        var inside = Row() with { Owner = new ProcessIdentity(812, 1, 5) };
        Assert.Equal(5, JsonDocument.Parse(Render(json, inside)).RootElement.GetProperty("pid").GetInt32());
        Assert.DoesNotContain("812", Render(new TextOutput(new TextOptions(), FuzzedOutputs.KnowsNothing), inside),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_hostile_command_line_stays_one_line_of_plain_json()
    {
        using var json = new JsonLinesOutput(
            new FakeHostFacts { Facts = new ProcessFacts("\x1b[2J\"\n\u202eä", null, null) });
        var line = Render(json, Row());
        Assert.All(line.TrimEnd('\n'), c => Assert.InRange(c, ' ', '~'));
        Assert.Equal("\x1b[2J\"\n\u202eä", JsonDocument.Parse(line).RootElement.GetProperty("command").GetString());
    }

    [Fact]
    public void A_hostile_name_is_escaped_in_json_and_reads_back_as_it_was()
    {
        using var json = new JsonLinesOutput(new FakeHostFacts());
        var line = Render(json, Named("\x1b[2J\"\n\u202eä"));
        Assert.All(line.TrimEnd('\n'), c => Assert.InRange(c, ' ', '~'));
        Assert.Equal("\x1b[2J\"\n\u202eä", JsonDocument.Parse(line).RootElement.GetProperty("process").GetString());
    }

    [Fact]
    public void Text_is_aligned_with_units_and_marks_what_has_closed()
    {
        var closed = Row() with
        {
            Key = new ConnectionKey(3, 1),
            IsClosed = true,
            State = TcpState.Close,
            RttUs = null,
            RateIn = null,
            ProcessName = KernelName.FromText("a\nb")
        };
        var expected = """
            2026-11-23T12:00:01.250Z  1 connection (1 TCP, 0 UDP)  in 1.0 KB/s  out 0 B/s  LOST closed_ring_full: 4
            PROTO  LOCAL          REMOTE               PID  PROCESS  STATE         RATE IN  RATE OUT    RTT       BYTES IN  BYTES OUT  PACKETS IN  PACKETS OUT
            tcp    192.0.2.1:443  [2001:db8::1]:50000  812  nginx    ESTABLISHED  1.2 KB/s     0 B/s  85 us  1.0 KB (1000)      999 B          10           20
            tcp    192.0.2.1:443  [2001:db8::1]:50000  812  a\nb     CLOSE               -     0 B/s      -  1.0 KB (1000)      999 B          10           20  [CLOSED]


            """;
        Assert.Equal(expected, Render(new TextOutput(new TextOptions(), FuzzedOutputs.KnowsNothing), Row(), closed));
    }

    [Fact]
    public void Text_shows_listeners_and_drops_in_columns_of_their_own()
    {
        var listener = WithoutCounters(TcpState.Listen) with { AcceptQueue = (3, 4_096) };
        var dropping = Row() with { Protocol = Protocol.Udp, State = null, RttUs = null, Drops = 17 };
        var expected = """
            2026-11-23T12:00:01.250Z  2 connections (1 TCP, 1 UDP, LISTEN 1, TIME_WAIT 1, SYN_RECV 0)  in 1.0 KB/s  out 0 B/s  LOST closed_ring_full: 4
            PROTO  LOCAL          REMOTE               PID  PROCESS  STATE         RATE IN  RATE OUT    RTT       BYTES IN  BYTES OUT  PACKETS IN  PACKETS OUT  DROPS   QUEUE
            tcp    192.0.2.1:443  [2001:db8::1]:50000  812  nginx    ESTABLISHED  1.2 KB/s     0 B/s  85 us  1.0 KB (1000)      999 B          10           20      -       -
            udp    192.0.2.1:443  [2001:db8::1]:50000  812  nginx    -            1.2 KB/s     0 B/s      -  1.0 KB (1000)      999 B          10           20     17       -
            tcp    192.0.2.1:443  [2001:db8::1]:50000  812  nginx    LISTEN              -         -      -              -          -           -            -      -  3/4096
            tcp    192.0.2.1:443  [2001:db8::1]:50000  812  nginx    TIME_WAIT           -         -      -              -          -           -            -      -       -


            """;
        Assert.Equal(expected,
            Render(new TextOutput(new TextOptions(), FuzzedOutputs.KnowsNothing), Row(), dropping, listener,
                WithoutCounters(TcpState.TimeWait)));
    }

    [Theory]
    [InlineData("\u00ff", 4_096)]
    [InlineData("\"", 4_096)]
    [InlineData("\U0001F600", 4_096)]
    [InlineData("a", 4_096)]
    public void What_others_chose_takes_bounded_room_as_it_is_written_and_is_cut_between_characters(
        string piece, int most)
    {
        var host = new FakeHostFacts
        {
            Facts = new ProcessFacts(string.Concat(Enumerable.Repeat(piece, 5_000)),
            string.Concat(Enumerable.Repeat(piece, 5_000)), null)
        };
        using var json = new JsonLinesOutput(host);
        var line = Render(json, Row());
        using var parsed = JsonDocument.Parse(line);
        var command = parsed.RootElement.GetProperty("command");
        Assert.InRange(command.GetRawText().Length, most - 12, most);
        Assert.InRange(parsed.RootElement.GetProperty("executable").GetRawText().Length, 1_024 - 12, 1_024);
        Assert.Equal(
            command.GetString(), string.Concat(Enumerable.Repeat(piece, command.GetString()!.Length / piece.Length)));
        var csv = new CsvOutput(host);
        var bare = new CsvOutput(new FakeHostFacts { Facts = new ProcessFacts("", "", null) });
        var added = Encoding.UTF8.GetByteCount(Render(csv, Row())) - Encoding.UTF8.GetByteCount(Render(bare, Row()));
        Assert.InRange(added, most + 1_024 - 16, most + 1_024);
        Assert.DoesNotContain("\ufffd", Render(csv, Row()), StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_that_no_row_fills_are_gone_from_the_next_snapshot()
    {
        var text = new TextOutput(new TextOptions(), FuzzedOutputs.KnowsNothing);
        var plain = Render(text, Row());
        Render(text, Row() with { Drops = 1_234_567, AcceptQueue = (uint.MaxValue, uint.MaxValue) });
        Assert.Equal(plain, Render(text, Row()));
        Assert.DoesNotContain("DROPS", Render(text, Row() with { Drops = 0 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_of_text_are_aligned_by_the_cells_that_a_terminal_gives_to_wide_letters()
    {
        var text = Render(new TextOutput(new TextOptions(), FuzzedOutputs.KnowsNothing), Named("日本語プロ"), Named("plain"),
            Named("👍👍👍"), Named("ééé"));
        string[] expected =
        [
            "PID  PROCESS     STATE      ",
            "812  日本語プロ  ESTABLISHED",
            "812  plain       ESTABLISHED",
            "812  👍👍👍      ESTABLISHED",
            "812  ééé         ESTABLISHED",
        ];
        var lines = text.Split('\n')[1..6];
        for (var line = 0; line < lines.Length; line++)
            Assert.Contains(expected[line], lines[line], StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_rows_leaves_no_garbage_per_row()
    {
        using var json = new JsonLinesOutput(Nginx);
        var rows = Enumerable.Repeat(Row() with { Drops = 1, AcceptQueue = (1, 2) }, 2_000).ToArray();
        foreach (var output in new IOutput[] { json, new TextOutput(new TextOptions(), FuzzedOutputs.KnowsNothing),
            new CsvOutput(Nginx) })
        {
            var buffer = new ArrayBufferWriter<byte>(4 << 20);
            using var snapshot = Snapshot.Of(rows, Time);
            Write(output, snapshot, buffer);
            Allocation.AssertAtMost(rows.Length - 1, () =>
            {
                buffer.ResetWrittenCount();
                Write(output, snapshot, buffer);
            }, Allocation.UntilCompiled);
        }
    }
}
