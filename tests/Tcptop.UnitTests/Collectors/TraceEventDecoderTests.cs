using System.Runtime.InteropServices;
using Tcptop.Collectors.Ebpf;
using Tcptop.Model;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

public sealed class TraceEventDecoderTests
{
    [Fact]
    public void A_state_change_has_its_states_and_no_bytes()
    {
        var raw = new TcptopEventAbi { EventType = (uint)EventTypeAbi.TcpState };
        raw.State = new StateEventAbi { Pid = 12, AfFamily = 2, Sport = 5, Dport = 6, OldState = 7, NewState = 2 };
        Assert.True(TraceEventDecoder.TryDecode(Bytes(raw), out var decoded));
        Assert.Equal((CollectorEventKind.TcpStateChange, 12u, TcpState.Close, TcpState.SynSent, 0u), (decoded.Kind, decoded.Pid, decoded.OldState, decoded.NewState, decoded.Bytes));
    }

    [Theory]
    [InlineData(1u, CollectorEventKind.TcpSend)]
    [InlineData(2u, CollectorEventKind.TcpRecv)]
    [InlineData(3u, CollectorEventKind.UdpSend)]
    [InlineData(4u, CollectorEventKind.UdpRecv)]
    public void A_data_event_has_its_bytes_and_name(uint tag, CollectorEventKind kind)
    {
        var raw = new TcptopEventAbi { EventType = tag };
        raw.Data = new DataEventAbi { Pid = 3, AfFamily = 10, Sport = 53, Dport = 9, Bytes = 512, SrttUs = 40 };
        "curl"u8.CopyTo(raw.Data.Comm);
        Assert.True(TraceEventDecoder.TryDecode(Bytes(raw), out var decoded));
        Assert.Equal((kind, "curl", 512u, 40u), (decoded.Kind, decoded.ProcessName.ToString(), decoded.Bytes, decoded.RttUs));
        Assert.Null(decoded.OldState);
    }

    [Fact]
    public void Too_few_bytes_and_unknown_tags_are_refused()
    {
        Assert.False(TraceEventDecoder.TryDecode(Bytes(new TcptopEventAbi { EventType = 5 }).AsSpan(0, 75), out _));
        Assert.False(TraceEventDecoder.TryDecode([], out _));
        Assert.False(TraceEventDecoder.TryDecode(Bytes(new TcptopEventAbi { EventType = 99 }), out _));
    }

    private static byte[] Bytes(TcptopEventAbi raw) => MemoryMarshal.AsBytes(new ReadOnlySpan<TcptopEventAbi>(in raw)).ToArray();
}
