using System.Runtime.InteropServices;
using Tcptop.Model;

namespace Tcptop.Collectors.Ebpf;

/// <summary>From the bytes of a trace event to a <see cref="CollectorEvent"/>. Pure.</summary>
internal static class TraceEventDecoder
{
    /// <summary>False when the bytes are too few or the tag is unknown.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out CollectorEvent decoded)
    {
        decoded = default;
        if (!MemoryMarshal.TryRead<TcptopEventAbi>(bytes, out var raw))
            return false;
        switch ((EventTypeAbi)raw.EventType)
        {
            case EventTypeAbi.TcpState:
                decoded = StateChange(raw.State);
                return true;
            case EventTypeAbi.TcpSend or EventTypeAbi.TcpRecv or EventTypeAbi.UdpSend or EventTypeAbi.UdpRecv:
                decoded = Data((CollectorEventKind)raw.EventType, raw.Data);
                return true;
            default:
                return false;
        }
    }

    private static CollectorEvent StateChange(in StateEventAbi raw) => new()
    {
        Kind = CollectorEventKind.TcpStateChange,
        Pid = raw.Pid,
        Local = new Endpoint(SocketRecordDecoder.Address(raw.AfFamily, raw.Saddr), raw.Sport),
        Remote = new Endpoint(SocketRecordDecoder.Address(raw.AfFamily, raw.Daddr), raw.Dport),
        OldState = (TcpState)raw.OldState,
        NewState = (TcpState)raw.NewState,
    };

    private static CollectorEvent Data(CollectorEventKind kind, in DataEventAbi raw) => new()
    {
        Kind = kind,
        Pid = raw.Pid,
        ProcessName = CommandName.FromBytes(raw.Comm),
        Local = new Endpoint(SocketRecordDecoder.Address(raw.AfFamily, raw.Saddr), raw.Sport),
        Remote = new Endpoint(SocketRecordDecoder.Address(raw.AfFamily, raw.Daddr), raw.Dport),
        Bytes = raw.Bytes,
        RttUs = raw.SrttUs != 0 ? raw.SrttUs : null,
    };
}
