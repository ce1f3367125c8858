using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Tcptop.Collectors.Ebpf;
using Tcptop.Collectors.Ebpf.Trace;
using Tcptop.Model;
using Tcptop.Outputs.Trace;
using Xunit;

namespace Tcptop.UnitTests.Fuzz;

/// <summary>What comes out of the kernel's rings and tables, through the table to every output.</summary>
public sealed class RecordFuzzTests
{
    [Fact]
    public void Any_bytes_are_a_trace_event_of_one_line_or_none()
    {
        var clock = new EventClock(new ManualTime(), _ => TimeSpan.Zero, () => 0);
        var (text, json) = (new TraceTextOutput(clock), new TraceJsonOutput(clock));
        FuzzRun.Over(
            FuzzTarget.TraceEvents,
            inputs => inputs.Of(8_000, 4_000, 128, Event(EventTypeAbi.TcpState), Event(EventTypeAbi.UdpSend)),
            input => TraceEventDecoder.TryDecode(input, out var decoded) ? decoded : (CollectorEvent?)null,
            (input, decoded) =>
            {
                var isEvent = input.Length >= Unsafe.SizeOf<TcptopEventAbi>()
                    && BinaryPrimitives.ReadUInt32LittleEndian(input) is >= 1 and <= 5;
                Assert.Equal(isEvent, decoded is not null);
                if (decoded is not { } happened)
                    return;
                var line = new ArrayBufferWriter<byte>();
                json.Write(happened, line);
                using var parsed = JsonDocument.Parse(line.WrittenMemory);
                Assert.Equal(happened.ProcessName.IsEmpty ? null : happened.ProcessName.ToString(),
                    parsed.RootElement.GetProperty("process").GetString());
                FuzzedOutputs.IsPlainLines(line.WrittenSpan, lines: 1);
                line.Clear();
                text.Write(happened, line);
                FuzzedOutputs.IsPlainLines(line.WrittenSpan, lines: 1);
            });
    }

    [Fact]
    public void Any_record_of_a_socket_is_a_row_that_every_output_can_write()
    {
        var host = new FuzzedHost();
        FuzzRun.Over(
            FuzzTarget.SocketRecords,
            inputs => inputs.Of(1_500, 500, 400, Bytes(Record(TcpState.Established)), Bytes(Record(TcpState.Listen))),
            input => MemoryMarshal.TryRead<SocketRecordAbi>(input, out var record)
                ? Samples(record, closed: (input[0] & 1) != 0)
                : [],
            (input, samples) =>
            {
                Assert.Equal(input.Length >= Unsafe.SizeOf<SocketRecordAbi>() ? 1 : 0, samples.Length);
                host.Refresh(samples);
            });
    }

    [Fact]
    public void Any_counters_of_a_UDP_flow_and_its_socket_are_rows_that_every_output_can_write()
    {
        var host = new FuzzedHost();
        FuzzRun.Over(
            FuzzTarget.UdpRecords,
            inputs => inputs.Of(1_000, 500, 600, [.. Bytes(Flow()), .. Bytes(Socket())]),
            FlowAndRest,
            (input, samples) =>
            {
                Assert.All(samples, sample => Assert.True(sample.Drops is not null && sample.State is null));
                host.Refresh(samples);
            });
    }

    private static ConnectionRecord[] Samples(in SocketRecordAbi record, bool closed)
    {
        SocketRecordDecoder.Decode(record, closed, out var sample);
        return [sample];
    }

    private static ConnectionRecord[] FlowAndRest(byte[] input)
    {
        if (!MemoryMarshal.TryRead<UdpFlowAbi>(input, out var flow))
            return [];
        var closed = (input[0] & 1) != 0;
        UdpSocketAbi? socket =
            MemoryMarshal.TryRead<UdpSocketAbi>(input.AsSpan(Unsafe.SizeOf<UdpFlowAbi>()), out var read) ? read : null;
        UdpDecoder.DecodeFlow(flow, socket, new OwnerReading(7, closed), flow.BornNs + 5, closed, out var ofFlow);
        if (socket is not { } known)
            return [ofFlow];
        UdpDecoder.DecodeRest(
            flow.Key.Cookie, known, new OwnerReading(7, closed), known.RestBornNs, closed, out var ofRest);
        return [ofFlow, ofRest];
    }

    private static byte[] Event(EventTypeAbi type)
    {
        var raw = new TcptopEventAbi
        {
            EventType = (uint)type,
            TimeNs = 1_234_567_890_123,
            Cookie = 8,
            NetnsInum = 4_026_531_840
        };
        if (type == EventTypeAbi.TcpState)
        {
            raw.State =
                new StateEventAbi { Pid = 12, AfFamily = 2, Sport = 443, Dport = 50_000, OldState = 1, NewState = 8 };
            "nginx"u8.CopyTo(raw.State.Comm);
        }
        else
        {
            raw.Data =
                new DataEventAbi { Pid = 12, AfFamily = 10, Sport = 53, Dport = 50_000, Bytes = 512, SrttUs = 85 };
            "dnsmasq"u8.CopyTo(raw.Data.Comm);
        }
        return Bytes(raw);
    }

    private static SocketRecordAbi Record(TcpState state)
    {
        var record = new SocketRecordAbi
        {
            Cookie = 5,
            BornNs = 1_000,
            SampledNs = 2_000_000_000,
            Tcp = new TcpCounters
            {
                BytesSent = 100_000,
                BytesRetrans = 1_000,
                BytesReceived = 5_000,
                SegsOut = 10,
                SegsIn = 20,
                SrttUs = 85,
            },
            OwnerPid = 77,
            OwnerStartedNs = 1,
            Holders = 1,
            Uid = 1000,
            AfFamily = 10,
            Sport = 22,
            Dport = 60_000,
            State = (byte)state,
            Flags = SocketRecordAbi.FinReceived,
            AcceptQueue = 1,
            AcceptLimit = 128,
        };
        "sshd"u8.CopyTo(record.OwnerComm);
        return record;
    }

    private static UdpFlowAbi Flow() => new()
    {
        Key = new UdpFlowKeyAbi { Cookie = 9, Dport = 53, AfFamily = 2 },
        Counters = new UdpCountersAbi
        {
            BytesOut = 100,
            PacketsOut = 2,
            BytesIn = 500,
            PacketsIn = 2,
            BytesDropped = 10,
            PacketsDropped = 1
        },
        BornNs = 1_000_000,
        LastRefresh = 4,
        Sport = 40_000,
    };

    private static UdpSocketAbi Socket()
    {
        var socket = new UdpSocketAbi
        {
            RestBornNs = 2_000_000,
            Uid = 33,
            NetnsInum = 1,
            Sport = 40_000,
            AfFamily = 2,
            HasTraffic = 1
        };
        socket.Note = new SocketNoteAbi { OwnerPid = 77, OwnerStartedNs = 1, Pass = 7, Holders = 2 };
        "dnsmasq"u8.CopyTo(socket.Note.OwnerComm);
        return socket;
    }

    private static byte[] Bytes<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();
}
