using System.Net;
using System.Net.Sockets;
using Tcptop.Testing;

namespace Tcptop.NetnsTests;

/// <summary>So many connections to one port, to make refreshes that are long to write.</summary>
internal sealed class HeldConnections : IDisposable
{
    private readonly List<Socket> _sockets = [];

    public HeldConnections(int count)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, OwnPorts.Next()));
        listener.Listen(count);
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Count = count;
        for (var i = 0; i < count; i++)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _sockets.Add(client);
            client.Connect(listener.LocalEndPoint!);
            _sockets.Add(listener.Accept());
        }
    }

    public int Port { get; }

    public int Count { get; }

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());
}
