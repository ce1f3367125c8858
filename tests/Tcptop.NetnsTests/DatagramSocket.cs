using System.Net;
using System.Net.Sockets;
using Tcptop.Testing;

namespace Tcptop.NetnsTests;

/// <summary>
/// A UDP socket that counts what it sends and receives: the truth that tcptop is compared with. Its port is
/// no one else's, unless it is named.
/// </summary>
internal sealed class DatagramSocket : IDisposable
{
    private const int LevelUdp = 17;
    private const int OptionCork = 1;
    private const int OptionSegment = 103;
    private const int OptionGro = 104;
    private const int LargestDatagram = 65536;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[LargestDatagram];

    /// <param name="sharesPort">With others that do, too. Not for all: Linux would now and then give two that
    /// ask for any port the same one.</param>
    public DatagramSocket(IPAddress address, int port = 0, bool dualMode = false, bool sharesPort = false)
    {
        _socket = new Socket(
            dualMode ? AddressFamily.InterNetworkV6 : address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        if (_socket.AddressFamily == AddressFamily.InterNetworkV6)
            _socket.DualMode = dualMode;
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, sharesPort);
        _socket.ReceiveTimeout = (int)Patience.Of(TimeSpan.FromSeconds(10)).TotalMilliseconds;
        _socket.Bind(new IPEndPoint(dualMode ? address.MapToIPv6() : address, port == 0 ? OwnPorts.Next() : port));
        Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
    }

    public int Port { get; }

    /// <summary>For what a test alone needs of it.</summary>
    public Socket Socket => _socket;

    public bool Cork
    {
        set => SetUdpOption(OptionCork, value ? 1 : 0);
    }

    /// <summary>UDP_SEGMENT: what is sent goes out as datagrams of this size.</summary>
    public int SegmentBytes
    {
        set => SetUdpOption(OptionSegment, value);
    }

    /// <summary>UDP_GRO: datagrams of one flow may be received as one.</summary>
    public bool Gro
    {
        set => SetUdpOption(OptionGro, value ? 1 : 0);
    }

    public void Connect(IPAddress address, int port) => _socket.Connect(address, port);

    public void Send(int bytes) => _socket.Send(_buffer, bytes, SocketFlags.None);

    public void SendTo(IPAddress address, int port, int bytes)
    {
        var asOfSocket = _socket.AddressFamily == AddressFamily.InterNetworkV6 ? address.MapToIPv6() : address;
        _socket.SendTo(_buffer, bytes, SocketFlags.None, new IPEndPoint(asOfSocket, port));
    }

    /// <summary>Receives so many datagrams; returns their bytes.</summary>
    public long Receive(int count)
    {
        long bytes = 0;
        for (var i = 0; i < count; i++)
            bytes += _socket.Receive(_buffer);
        return bytes;
    }

    /// <summary>Receives what is there; returns how many datagrams that was, and their bytes.</summary>
    public (int Count, long Bytes) ReceiveAll()
    {
        var (count, bytes) = (0, 0L);
        for (; _socket.Available > 0; count++)
            bytes += _socket.Receive(_buffer);
        return (count, bytes);
    }

    public void Dispose() => _socket.Dispose();

    private void SetUdpOption(int option, int value) =>
        _socket.SetRawSocketOption(LevelUdp, option, BitConverter.GetBytes(value));
}
