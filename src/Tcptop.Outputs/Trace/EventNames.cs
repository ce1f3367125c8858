using Tcptop.Model;

namespace Tcptop.Outputs.Trace;

/// <summary>How events and states are called, in UTF-8.</summary>
internal static class EventNames
{
    private static readonly byte[][] States = [.. Enumerable.Range(0,
        1 + (int)TcpState.NewSynRecv).Select(state => System.Text.Encoding.UTF8.GetBytes(((TcpState)state).Name()))];

    public static ReadOnlySpan<byte> Protocol(CollectorEventKind kind) =>
        kind is CollectorEventKind.UdpSend or CollectorEventKind.UdpRecv ? "udp"u8 : "tcp"u8;

    public static ReadOnlySpan<byte> Event(CollectorEventKind kind) => kind switch
    {
        CollectorEventKind.TcpSend or CollectorEventKind.UdpSend => "send"u8,
        CollectorEventKind.TcpRecv or CollectorEventKind.UdpRecv => "recv"u8,
        _ => "state"u8,
    };

    public static ReadOnlySpan<byte> State(TcpState state) =>
        (int)state < States.Length ? States[(int)state] : States[0];
}
