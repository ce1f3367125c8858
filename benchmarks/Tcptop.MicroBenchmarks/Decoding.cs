using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Tcptop.Collectors.Ebpf;
using Tcptop.Collectors.Ebpf.Trace;
using Tcptop.Model;

namespace Tcptop.MicroBenchmarks;

/// <summary>From the kernel's bytes to what the rest of the program knows; each figure is of one record.</summary>
public class Decoding
{
    private readonly byte[] _event = Bytes(new TcptopEventAbi
    {
        EventType = (uint)EventTypeAbi.TcpSend,
        TimeNs = 1_000_000_000,
        Data = new DataEventAbi { Pid = 812, AfFamily = 2, Sport = 443, Dport = 50_000, Bytes = 1_400, SrttUs = 85 },
    });

    private SocketRecordAbi _socket = new()
    {
        Cookie = 5,
        BornNs = 1_000,
        SampledNs = 2_000_000_000,
        Tcp = new TcpCounters { BytesSent = 100_000, BytesReceived = 5_000, SegsOut = 10, SegsIn = 20, SrttUs = 85 },
        OwnerPid = 812,
        AfFamily = 10,
        Sport = 443,
        Dport = 60_000,
        State = (byte)TcpState.Established,
    };

    private UdpFlowAbi _flow = new()
    {
        Key = new UdpFlowKeyAbi { Cookie = 9, Dport = 53, AfFamily = 2 },
        Counters = new UdpCountersAbi { BytesOut = 100, PacketsOut = 2, BytesIn = 500, PacketsIn = 2 },
        BornNs = 1_000,
        Sport = 40_000,
    };

    private UdpSocketAbi _owner = new() { Note = new SocketNoteAbi { OwnerPid = 812, Pass = 7, Holders = 1 } };

    [GlobalSetup]
    public void Name()
    {
        "nginx"u8.CopyTo(_socket.OwnerComm);
        "nginx"u8.CopyTo(_owner.Note.OwnerComm);
    }

    [Benchmark]
    public bool TraceEvent() => TraceEventDecoder.TryDecode(_event, out _);

    [Benchmark]
    public ulong SocketRecord()
    {
        SocketRecordDecoder.Decode(_socket, closed: false, out var sample);
        return sample.LastSeenNs;
    }

    [Benchmark]
    public ulong UdpFlow()
    {
        UdpDecoder.DecodeFlow(
            _flow, _owner, new OwnerReading(7, false), sampledNs: 2_000_000_000, closed: false, out var sample);
        return sample.LastSeenNs;
    }

    private static byte[] Bytes(TcptopEventAbi value) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<TcptopEventAbi>(in value)).ToArray();
}
