using System.Net;
using System.Net.Sockets;
using Tcptop.Testing;

namespace Tcptop.NetnsTests;

/// <summary>
/// Both ends of a TCP connection, in whichever namespaces, known by the kernel's ids of their
/// sockets.
/// </summary>
internal sealed class TcpPair(Socket client, Socket server) : IDisposable
{
    public Socket Client { get; } = client;

    public Socket Server { get; } = server;

    public string ClientCookie { get; } = OwnRows.CookieOf(client);

    public string ServerCookie { get; } = OwnRows.CookieOf(server);

    public static Socket NewSocket(AddressFamily family) =>
        new(family, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = (int)Patience.Of(TimeSpan.FromSeconds(20)).TotalMilliseconds,
            SendTimeout = (int)Patience.Of(TimeSpan.FromSeconds(20)).TotalMilliseconds,
        };

    public static Socket Listen(IPEndPoint at)
    {
        var listener = NewSocket(at.AddressFamily);
        listener.Bind(at);
        listener.Listen(8);
        return listener;
    }

    /// <param name="kind">IPv4, IPv6, or mapped: IPv4 between sockets of IPv6.</param>
    public static TcpPair OnLoopback(string kind)
    {
        var address = kind == "IPv6" ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        var ends = new LoopbackPair(address, dualMode: kind == "mapped");
        return new TcpPair(ends.Client, ends.Server);
    }

    /// <summary>Ends one end by a reset.</summary>
    public static void Reset(Socket end)
    {
        end.LingerState = new LingerOption(true, 0);
        end.Close();
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}
