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

    /// <summary>As ss says them, and the short ones of narrow columns; without what stands between words.</summary>
    private static readonly Dictionary<string, TcpState> OtherNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["estab"] = TcpState.Established,
        ["est"] = TcpState.Established,
        ["syn"] = TcpState.SynSent,
        ["fw1"] = TcpState.FinWait1,
        ["fw2"] = TcpState.FinWait2,
        ["tw"] = TcpState.TimeWait,
        ["closed"] = TcpState.Close,
        ["cwt"] = TcpState.CloseWait,
        ["lack"] = TcpState.LastAck,
        ["listening"] = TcpState.Listen,
        ["lis"] = TcpState.Listen,
    };

    private static readonly byte[] Places = PlacesByName();

    /// <summary>Upper-case kernel name; <c>UNKNOWN</c> for a number that this table does not have.</summary>
    public static string Name(this TcpState state) => (byte)state < Names.Length ? Names[(byte)state] : Names[0];

    /// <summary>In upper or lower case, with - or _ or nothing between its words; null: there is none.</summary>
    public static TcpState? Find(string name)
    {
        var plain = Plain(name);
        if (OtherNames.TryGetValue(plain, out var other))
            return other;
        for (var state = 1; state < Names.Length; state++)
        {
            if (string.Equals(Plain(Names[state]), plain, StringComparison.OrdinalIgnoreCase))
                return (TcpState)state;
        }
        return null;
    }

    private static string Plain(string name) => name.Replace("_", "").Replace("-", "");

    /// <summary>Its place among all states, by name, as they are read.</summary>
    public static uint Place(this TcpState state) =>
        (byte)state < Places.Length ? Places[(byte)state] : (uint)Places.Length;

    private static byte[] PlacesByName()
    {
        var states = Enum.GetValues<TcpState>();
        Array.Sort(states, static (one, other) => string.CompareOrdinal(one.Name(), other.Name()));
        var places = new byte[states.Length + 1];
        for (var place = 0; place < states.Length; place++)
            places[(byte)states[place]] = (byte)place;
        return places;
    }
}
