namespace Tcptop.Model;

/// <summary>Transport protocol; the values are the IP protocol numbers.</summary>
public enum Protocol : byte
{
    Tcp = 6,
    Udp = 17,
}

public static class ProtocolNames
{
    /// <summary>Lower-case name as in files and on screen: <c>tcp</c>, <c>udp</c>.</summary>
    public static string Name(this Protocol protocol) => protocol == Protocol.Udp ? "udp" : "tcp";
}
