using System.Buffers;
using System.Text;
using System.Text.Json;
using Tcptop.Model;
using Tcptop.Outputs.Trace;
using Xunit;

namespace Tcptop.UnitTests.Outputs;

public sealed class TraceOutputTests
{
    private static readonly CollectorEvent Send = new()
    {
        Kind = CollectorEventKind.TcpSend,
        TimeNs = 1_500_123_456_789,
        Pid = 812,
        ProcessName = KernelName.FromText("nginx"),
        Local = At("192.0.2.1", 443),
        Remote = At("198.51.100.7", 50000),
        Bytes = 1448,
        RttUs = 85,
        SocketCookie = ulong.MaxValue,
        NetworkNamespace = 4026531840,
    };

    private static readonly CollectorEvent State = new()
    {
        Kind = CollectorEventKind.TcpStateChange,
        TimeNs = 1_500_123_456_789,
        Pid = null,
        Local = At("2001:db8::1", 0),
        Remote = null,
        OldState = TcpState.Close,
        NewState = TcpState.Listen,
        NetworkNamespace = 7,
    };

    private readonly ManualTime _time = new ManualTime();

    [Fact]
    public void Text_is_a_heading_and_a_line_an_event_in_columns()
    {
        var text = new TraceTextOutput(Clock());
        var lines = new ArrayBufferWriter<byte>();
        text.WriteHeading(lines);
        text.Write(Send, lines);
        text.Write(Send with
        {
            Kind = CollectorEventKind.UdpRecv,
            Bytes = 0,
            RttUs = null,
            Remote = null,
            ProcessName = KernelName.FromText("a b")
        }, lines);
        text.Write(State, lines);
        text.Write(State with
        {
            OldState = TcpState.Established,
            NewState = TcpState.CloseWait,
            Remote = At("2001:db8:1:2:3:4:5:6", 65535),
            Pid = 1
        }, lines);
        Assert.Equal(
            """
            TIME            PROTO EVENT LOCAL                 REMOTE                   BYTES  RTT_US STATE                       PID PROCESS
            13:25:00.123456 tcp   send  192.0.2.1:443         198.51.100.7:50000        1448      85 -                           812 nginx
            13:25:00.123456 udp   recv  192.0.2.1:443         -                            0       - -                           812 a b
            13:25:00.123456 tcp   state [2001:db8::1]:-       -                            -       - CLOSE->LISTEN                 - -
            13:25:00.123456 tcp   state [2001:db8::1]:-       [2001:db8:1:2:3:4:5:6]:65535        -       - ESTABLISHED->CLOSE_WAIT       1 -

            """,
            Encoding.UTF8.GetString(lines.WrittenSpan));
    }

    [Fact]
    public void A_name_is_escaped_in_text_and_in_json()
    {
        var evil = Send with
        {
            ProcessName = KernelName.FromBytes([0x1b, (byte)'"', (byte)'\\', 0x80, (byte)'\n', 0xC3, 0xA9]),
        };
        Assert.EndsWith(
            " \\x1b\"\\\\\uFFFD\\né\n", Render(new TraceTextOutput(Clock()), evil), StringComparison.Ordinal);
        var json = Render(new TraceJsonOutput(Clock()), evil);
        Assert.All(json.TrimEnd('\n'), character => Assert.InRange(character, ' ', '~'));
        Assert.Equal("\u001b\"\\\uFFFD\né", JsonDocument.Parse(json).RootElement.GetProperty("process").GetString());
    }

    [Fact]
    public void Every_byte_a_name_can_have_finds_room_in_a_line()
    {
        foreach (var filler in new byte[] { 0x1b, 0x80, (byte)'"' })
        {
            var bytes = new byte[15];
            bytes.AsSpan().Fill(filler);
            var longest = State with
            {
                ProcessName = KernelName.FromBytes(bytes),
                Pid = uint.MaxValue,
                Local = At("2001:db8:1111:2222:3333:4444:5555:6666", 65535),
                Remote = At("2001:db8:1111:2222:3333:4444:5555:7777", 65535),
                Bytes = uint.MaxValue,
                RttUs = uint.MaxValue,
                OldState = TcpState.NewSynRecv,
                NewState = TcpState.Established,
                SocketCookie = ulong.MaxValue,
                NetworkNamespace = uint.MaxValue,
            };
            Assert.EndsWith("\n", Render(new TraceTextOutput(Clock()), longest), StringComparison.Ordinal);
            var json = JsonDocument.Parse(Render(new TraceJsonOutput(Clock()), longest)).RootElement;
            Assert.Equal(65535, json.GetProperty("remote_port").GetInt32());
        }
    }

    [Fact]
    public void Json_has_the_same_fields_in_each_line_and_null_for_what_is_absent()
    {
        var json = new TraceJsonOutput(Clock());
        Assert.Equal(
            """
            {"timestamp":"2026-11-23T12:25:00.123456Z","event":"send","proto":"tcp","local_addr":"192.0.2.1","local_port":443,"remote_addr":"198.51.100.7","remote_port":50000,"pid":812,"process":"nginx","bytes":1448,"rtt_us":85,"old_state":null,"new_state":null,"cookie":"18446744073709551615","netns":4026531840}
            {"timestamp":"2026-11-23T12:25:00.123456Z","event":"state","proto":"tcp","local_addr":"2001:db8::1","local_port":null,"remote_addr":null,"remote_port":null,"pid":null,"process":null,"bytes":null,"rtt_us":null,"old_state":"CLOSE","new_state":"LISTEN","cookie":null,"netns":7}

            """,
            Render(json, Send) + Render(json, State));
    }

    [Fact]
    public void A_wall_clock_that_is_set_is_followed_within_a_second()
    {
        var monotonicNs = 0ul;
        var clock = new EventClock(_time, _ => TimeSpan.FromHours(1), () => monotonicNs);
        Assert.Equal(_time.GetUtcNow().Ticks + 5_000_000, clock.TicksAt(500_000_000));
        _time.Pass(3600);
        monotonicNs = 2_000_000_000;
        Assert.Equal(_time.GetUtcNow().Ticks, clock.TicksAt(2_000_000_000));
    }

    [Fact]
    public void A_line_costs_no_memory_once_its_texts_are_known()
    {
        foreach (var output in new ITraceOutput[] { new TraceTextOutput(Clock()), new TraceJsonOutput(Clock()) })
        {
            var lines = new ArrayBufferWriter<byte>(1 << 20);
            output.Write(Send, lines);
            output.Write(State, lines);
            Allocation.AssertAtMost(0, () =>
            {
                lines.ResetWrittenCount();
                for (var i = 0; i < 1000; i++)
                {
                    output.Write(Send, lines);
                    output.Write(State, lines);
                }
            });
        }
    }

    [Fact]
    public void Texts_of_more_values_than_are_kept_are_still_each_its_own()
    {
        var text = new TraceTextOutput(Clock());
        for (var round = 0; round < 2; round++)
        {
            for (ushort port = 1; port < 5000; port++)
                Assert.Contains($" 192.0.2.1:{port} ", Render(text, Send with { Local = At("192.0.2.1", port) }),
                    StringComparison.Ordinal);
        }
    }

    private static Endpoint At(string address, ushort port) => new(HostAddress.Parse(address), port);

    private static string Render(ITraceOutput output, in CollectorEvent happened)
    {
        var lines = new ArrayBufferWriter<byte>();
        output.Write(happened, lines);
        return Encoding.UTF8.GetString(lines.WrittenSpan);
    }

    /// <summary>Its zero of the monotonic clock is noon.</summary>
    private EventClock Clock() => new(_time, _ => TimeSpan.FromHours(1), () => 0);
}
