using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tcptop.NetnsTests;

/// <summary>
/// Two isolated namespaces with one or more pairs of devices between them: near0 and far0, near1
/// and far1. On each link the near end has the first address of its network, the far end the
/// second, and on all of them fe80::1 and fe80::2.
/// </summary>
internal sealed class LinkedNamespaces : IDisposable
{
    public LinkedNamespaces(int links = 1)
    {
        try
        {
            for (var link = 0; link < links; link++)
                Join(link);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IsolatedNamespace Near { get; } = new();

    public IsolatedNamespace Far { get; } = new();

    public static string NearDevice(int link = 0) =>
        string.Create(CultureInfo.InvariantCulture, $"near{link}");

    public static string FarDevice(int link = 0) =>
        string.Create(CultureInfo.InvariantCulture, $"far{link}");

    public static IPAddress NearAddress(int link = 0) => new([10, 77, (byte)link, 1]);

    public static IPAddress FarAddress(int link = 0) => new([10, 77, (byte)link, 2]);

    /// <summary>A connection from the near end to the far end of a link.</summary>
    public TcpPair Connect(int link = 0)
    {
        using var listener = Far.Inside(() => TcpPair.Listen(new IPEndPoint(FarAddress(link), 0)));
        var client = Near.Inside(() => TcpPair.NewSocket(AddressFamily.InterNetwork));
        client.Connect(listener.LocalEndPoint!);
        return new TcpPair(client, listener.Accept());
    }

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
    }

    private void Join(int link)
    {
        string[] peer = ["peer", "name", FarDevice(link), "netns", Far.Name];
        Near.Ip(["link", "add", NearDevice(link), "type", "veth", .. peer]);
        SetUp(Near, NearDevice(link), NearAddress(link), "fe80::1/64");
        SetUp(Far, FarDevice(link), FarAddress(link), "fe80::2/64");
    }

    private static void SetUp(
        IsolatedNamespace end, string device, IPAddress address, string ofLink)
    {
        end.Ip("link", "set", device, "addrgenmode", "none");
        end.Ip("address", "add", $"{address}/24", "dev", device);
        end.Ip("address", "add", ofLink, "dev", device, "nodad");
        end.Ip("link", "set", device, "up");
    }
}
