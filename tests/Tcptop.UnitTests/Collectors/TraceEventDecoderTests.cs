using System.Runtime.InteropServices;
using Tcptop.Collectors.Ebpf;
using Tcptop.Collectors.Ebpf.Trace;
using Tcptop.Model;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

public sealed class TraceEventDecoderTests
{
    [Fact]
    public void A_state_change_has_its_states_its_owner_and_no_bytes()
    {
        var raw =
            new TcptopEventAbi { EventType = (uint)EventTypeAbi.TcpState, TimeNs = 77, Cookie = 8, NetnsInum = 9 };
        raw.State = new StateEventAbi { Pid = 12, AfFamily = 2, Sport = 5, Dport = 6, OldState = 7, NewState = 2 };
        "nginx"u8.CopyTo(raw.State.Comm);
        Assert.True(TraceEventDecoder.TryDecode(Bytes(raw), out var decoded));
        Assert.Equal((CollectorEventKind.TcpStateChange, 12u, "nginx"),
            (decoded.Kind, decoded.Pid, decoded.ProcessName.ToString()));
        Assert.Equal((TcpState.Close, TcpState.SynSent, null, null),
            (decoded.OldState, decoded.NewState, decoded.Bytes, decoded.RttUs));
        Assert.Equal((77ul, 8ul, 9u), (decoded.TimeNs, decoded.SocketCookie, decoded.NetworkNamespace));
    }

    [Theory]
    [InlineData(1u, CollectorEventKind.TcpSend)]
    [InlineData(2u, CollectorEventKind.TcpRecv)]
    [InlineData(3u, CollectorEventKind.UdpSend)]
    [InlineData(4u, CollectorEventKind.UdpRecv)]
    public void A_data_event_has_its_bytes_and_name(uint tag, CollectorEventKind kind)
    {
        var raw = new TcptopEventAbi { EventType = tag, TimeNs = 1 };
        raw.Data = new DataEventAbi { Pid = 3, AfFamily = 10, Sport = 53, Dport = 9, Bytes = 512, SrttUs = 40 };
        "curl"u8.CopyTo(raw.Data.Comm);
        Assert.True(TraceEventDecoder.TryDecode(Bytes(raw), out var decoded));
        Assert.Equal(
            (kind, "curl", 512u, 40u), (decoded.Kind, decoded.ProcessName.ToString(), decoded.Bytes, decoded.RttUs));
        Assert.Equal("[::]:9", decoded.Remote.ToString());
        Assert.Null(decoded.OldState);
    }

    [Fact]
    public void What_the_kernel_side_does_not_know_is_absent_and_not_zero()
    {
        var raw = new TcptopEventAbi
        {
            EventType = (uint)EventTypeAbi.UdpRecv,
            Data = new DataEventAbi { AfFamily = 2, Sport = 53 }
        };
        Assert.True(TraceEventDecoder.TryDecode(Bytes(raw), out var decoded));
        Assert.Equal((null, null, null, null), (decoded.Pid, decoded.Remote, decoded.RttUs, decoded.SocketCookie));
        Assert.True(decoded.ProcessName.IsEmpty);
        Assert.Equal(0u, decoded.Bytes);
    }

    [Fact]
    public void Too_few_bytes_and_unknown_tags_are_refused()
    {
        Assert.False(TraceEventDecoder.TryDecode(Bytes(new TcptopEventAbi { EventType = 5 }).AsSpan(0, 95), out _));
        Assert.False(TraceEventDecoder.TryDecode([], out _));
        Assert.False(TraceEventDecoder.TryDecode(Bytes(new TcptopEventAbi { EventType = 99 }), out _));
    }

    private static byte[] Bytes(TcptopEventAbi raw) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<TcptopEventAbi>(in raw)).ToArray();
}
