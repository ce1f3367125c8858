using System.Net;
using System.Net.Sockets;

namespace Tcptop.Testing;

/// <summary>
/// One TCP connection on loopback with both ends in this process. The server's port is no one else's, by
/// which its rows are known.
/// </summary>
public sealed class LoopbackPair : IDisposable
{
    public LoopbackPair(IPAddress? address = null, int clientPort = 0, int serverPort = 0, bool dualMode = false)
    {
        address ??= IPAddress.Loopback;
        var family = dualMode ? AddressFamily.InterNetworkV6 : address.AddressFamily;
        using var listener = NewSocket(family, dualMode);
        var listenOn = dualMode ? IPAddress.IPv6Any : address;
        listener.Bind(new IPEndPoint(listenOn, serverPort == 0 ? OwnPorts.Next() : serverPort));
        listener.Listen(1);
        var target = new IPEndPoint(
            dualMode ? address.MapToIPv6() : address, ((IPEndPoint)listener.LocalEndPoint!).Port);
        Client = NewSocket(family, dualMode);
        if (clientPort != 0)
            Client.Bind(new IPEndPoint(target.Address, clientPort));
        Client.Connect(target);
        Server = listener.Accept();
        ClientPort = ((IPEndPoint)Client.LocalEndPoint!).Port;
        ServerPort = target.Port;
    }

    public Socket Client { get; }

    public Socket Server { get; }

    public int ClientPort { get; }

    public int ServerPort { get; }

    /// <summary>Sends so many bytes and receives them all at the other end, on two threads.</summary>
    public static void Transfer(Socket from, Socket to, long bytes)
    {
        var sender = Task.Run(() => Send(from, bytes));
        Receive(to, bytes);
        sender.GetAwaiter().GetResult();
    }

    public static void Send(Socket socket, long bytes)
    {
        var buffer = new byte[64 * 1024];
        for (var left = bytes; left > 0;)
            left -= socket.Send(buffer, 0, (int)Math.Min(left, buffer.Length), SocketFlags.None);
    }

    public static void Receive(Socket socket, long bytes)
    {
        var buffer = new byte[64 * 1024];
        for (var left = bytes; left > 0;)
        {
            var received = socket.Receive(buffer, 0, (int)Math.Min(left, buffer.Length), SocketFlags.None);
            if (received == 0)
                throw new EndOfStreamException($"{left} of {bytes} bytes did not come.");
            left -= received;
        }
    }

    /// <summary>Both ends close with a FIN, the client first, and each takes the other's.</summary>
    public void CloseInOrder()
    {
        var one = new byte[1];
        Client.Shutdown(SocketShutdown.Send);
        _ = Server.Receive(one);
        Server.Shutdown(SocketShutdown.Send);
        _ = Client.Receive(one);
        Dispose();
    }

    /// <summary>The client ends with a reset.</summary>
    public void Reset()
    {
        Client.LingerState = new LingerOption(true, 0);
        Client.Close();
        Server.Close();
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }

    private static Socket NewSocket(AddressFamily family, bool dualMode)
    {
        var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        if (family == AddressFamily.InterNetworkV6)
            socket.DualMode = dualMode;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        return socket;
    }
}
