using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tcptop.Model;

namespace Tcptop.Collectors.Ebpf.Trace;

/// <summary>From the bytes of a trace event to a <see cref="CollectorEvent"/>. Pure.</summary>
internal static class TraceEventDecoder
{
    /// <summary>False when the bytes are too few or the tag is unknown.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out CollectorEvent decoded)
    {
        Unsafe.SkipInit(out decoded);
        if (bytes.Length < Unsafe.SizeOf<TcptopEventAbi>())
            return false;
        // Read in place: the ring keeps records at multiples of eight.
        ref readonly var raw = ref MemoryMarshal.AsRef<TcptopEventAbi>(bytes);
        switch ((EventTypeAbi)raw.EventType)
        {
            case EventTypeAbi.TcpState:
                decoded = StateChange(raw);
                return true;
            case EventTypeAbi.TcpSend or EventTypeAbi.TcpRecv or EventTypeAbi.UdpSend or EventTypeAbi.UdpRecv:
                decoded = Data(raw);
                return true;
            default:
                return false;
        }
    }

    private static CollectorEvent StateChange(in TcptopEventAbi raw) => new()
    {
        Kind = CollectorEventKind.TcpStateChange,
        TimeNs = raw.TimeNs,
        Pid = KnownPid(raw.State.Pid),
        ProcessName = KernelName.FromBytes(raw.State.Comm),
        Local = new Endpoint(SocketRecordDecoder.Address(raw.State.AfFamily, raw.State.Saddr), raw.State.Sport),
        Remote = KnownPeer(raw.State.AfFamily, raw.State.Daddr, raw.State.Dport),
        OldState = (TcpState)raw.State.OldState,
        NewState = (TcpState)raw.State.NewState,
        SocketCookie = raw.Cookie != 0 ? raw.Cookie : null,
        NetworkNamespace = raw.NetnsInum,
    };

    private static CollectorEvent Data(in TcptopEventAbi raw) => new()
    {
        Kind = (CollectorEventKind)raw.EventType,
        TimeNs = raw.TimeNs,
        Pid = KnownPid(raw.Data.Pid),
        ProcessName = KernelName.FromBytes(raw.Data.Comm),
        Local = new Endpoint(SocketRecordDecoder.Address(raw.Data.AfFamily, raw.Data.Saddr), raw.Data.Sport),
        Remote = KnownPeer(raw.Data.AfFamily, raw.Data.Daddr, raw.Data.Dport),
        Bytes = raw.Data.Bytes,
        RttUs = raw.Data.SrttUs != 0 ? raw.Data.SrttUs : null,
        SocketCookie = raw.Cookie != 0 ? raw.Cookie : null,
        NetworkNamespace = raw.NetnsInum,
    };

    private static uint? KnownPid(uint pid) => pid != 0 ? pid : null;

    private static Endpoint? KnownPeer(ushort family, ReadOnlySpan<byte> address, ushort port) =>
        port != 0 ? new Endpoint(SocketRecordDecoder.Address(family, address), port) : null;
}
