using Tcptop.Model;

namespace Tcptop.UnitTests.Tui;

/// <summary>Connections to show, each with only what a test is about set by it.</summary>
internal static class Connections
{
    public static ConnectionRecord Tcp(string local, string remote, TcpState state = TcpState.Established) => new()
    {
        Key = new ConnectionKey(1, 1),
        Protocol = Protocol.Tcp,
        Local = EndpointOf(local),
        Remote = EndpointOf(remote),
        State = state,
        Owner = default,
        ProcessName = default,
        Holders = 0,
        BytesIn = 0,
        BytesOut = 0,
        PacketsIn = 0,
        PacketsOut = 0,
        RateIn = null,
        RateOut = null,
        RttUs = null,
        Retransmits = 0,
        Uid = 0,
        NetworkNamespace = 0,
        CgroupId = 0,
        LastSeenNs = 0,
        IsNew = false,
        IsClosed = false,
    };

    public static ConnectionRecord Udp(string local, string remote) =>
        Tcp(local, remote) with { Protocol = Protocol.Udp, State = null };

    public static ConnectionRecord OwnedBy(this ConnectionRecord row, uint pid, string name) =>
        row with { Owner = new ProcessIdentity(pid, 1), ProcessName = KernelName.FromText(name) };

    public static ConnectionRecord Moving(this ConnectionRecord row, double rateIn, double rateOut,
        uint? rttUs = null) =>
        row with { RateIn = rateIn, RateOut = rateOut, RttUs = rttUs };

    private static Endpoint EndpointOf(string text)
    {
        var colon = text.LastIndexOf(':');
        var address = HostAddress.Parse(text[..colon].Trim('[', ']'));
        return new Endpoint(
            address, ushort.Parse(text.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture));
    }
}
