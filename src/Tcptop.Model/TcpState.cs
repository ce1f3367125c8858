namespace Tcptop.Model;

/// <summary>State of a TCP socket; numbers and names are the kernel's (<c>include/net/tcp_states.h</c>).</summary>
public enum TcpState : byte
{
    Established = 1,
    SynSent = 2,
    SynRecv = 3,
    FinWait1 = 4,
    FinWait2 = 5,
    TimeWait = 6,
    Close = 7,
    CloseWait = 8,
    LastAck = 9,
    Listen = 10,
    Closing = 11,
    NewSynRecv = 12,
}

public static class TcpStateNames
{
    private static readonly string[] Names =
    [
        "UNKNOWN", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT",
        "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING", "NEW_SYN_RECV",
    ];

    /// <summary>Upper-case kernel name; <c>UNKNOWN</c> for a number that this table does not have.</summary>
    public static string Name(this TcpState state) => (byte)state < Names.Length ? Names[(byte)state] : Names[0];
}
