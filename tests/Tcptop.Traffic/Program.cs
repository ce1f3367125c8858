// The other process of a test's traffic, in a namespace of its own if need be:
// serve ADDRESS PORT REPLY accepts connections one after the other; of each it reads all until the peer's
// FIN, sends REPLY bytes, closes, and prints "took BYTES". Prints "port N" first. Ends with its input. listen
// ADDRESS PORT listens and accepts nobody. Prints "port N". Ends with its input. name HEX, before one of
// these: calls itself by these bytes. send ADDRESS PORT BYTES [LOCALPORT] connects, prints "port N" (its
// own), waits for a line of input, sends, waits for another, closes, prints "done". udp-serve ADDRESS PORT
// receives datagrams. Prints "port N". Ends with its input. udp-send ADDRESS PORT BYTES COUNT [LOCALPORT]
// binds one socket, which stays unconnected, prints "port N" (its own), sends COUNT datagrams of BYTES, waits
// for the end of its input, closes, prints "done". udp-each ADDRESS PORT BYTES COUNT sends COUNT datagrams of
// BYTES, each from a socket of its own that is closed at once; prints "done", ends with its input.
using System.Globalization;
using System.Net;
using System.Net.Sockets;

if (args is ["name", var hex, ..])
{
    File.WriteAllBytes("/proc/self/comm", Convert.FromHexString(hex));
    args = args[2..];
}
switch (args)
{
    case ["serve", var address, var port, var reply]:
        Serve(new IPEndPoint(IPAddress.Parse(address), Number(port)), Number(reply));
        return 0;
    case ["listen", var address, var port]:
        using (Listen(new IPEndPoint(IPAddress.Parse(address), Number(port))))
            WaitForEndOfInput();
        return 0;
    case ["send", var address, var port, var bytes, .. var localPort]:
        Send(new IPEndPoint(IPAddress.Parse(address), Number(port)), Number(bytes), NumberOr0(localPort));
        return 0;
    case ["udp-serve", var address, var port]:
        ServeDatagrams(new IPEndPoint(IPAddress.Parse(address), Number(port)));
        return 0;
    case ["udp-send", var address, var port, var bytes, var count, .. var localPort]:
        SendDatagrams(
            new IPEndPoint(IPAddress.Parse(address), Number(port)), Number(bytes), Number(count), NumberOr0(localPort));
        return 0;
    case ["udp-each", var address, var port, var bytes, var count]:
        SendEachFromItsOwn(new IPEndPoint(IPAddress.Parse(address), Number(port)), Number(bytes), Number(count));
        return 0;
    default:
        Console.Error.WriteLine(
            """
            usage: Tcptop.Traffic [name HEX] serve ADDRESS PORT REPLY | listen ADDRESS PORT | send ADDRESS PORT BYTES [LOCALPORT]
                 | udp-serve ADDRESS PORT | udp-send ADDRESS PORT BYTES COUNT [LOCALPORT]
                 | udp-each ADDRESS PORT BYTES COUNT
            """);
        return 2;
}

static void SendEachFromItsOwn(IPEndPoint remote, int bytes, int count)
{
    for (var i = 0; i < count; i++)
    {
        using var socket = new Socket(remote.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.SendTo(new byte[bytes], remote);
    }
    Console.WriteLine("done");
    WaitForEndOfInput();
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static int NumberOr0(string[] texts) => texts is [var text] ? Number(text) : 0;

static void Serve(IPEndPoint local, int reply)
{
    using var listener = Listen(local);
    var serving = new Thread(() => AcceptAll(listener, reply)) { IsBackground = true };
    serving.Start();
    WaitForEndOfInput();
}

static Socket Listen(IPEndPoint local)
{
    var listener = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
    listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
    listener.Bind(local);
    listener.Listen(128);
    Console.WriteLine($"port {((IPEndPoint)listener.LocalEndPoint!).Port}");
    return listener;
}

static void WaitForEndOfInput()
{
    while (Console.ReadLine() is not null)
        continue;
}

static void AcceptAll(Socket listener, int reply)
{
    var buffer = new byte[64 * 1024];
    while (true)
    {
        using var peer = listener.Accept();
        long taken = 0;
        for (int received; (received = peer.Receive(buffer)) > 0;)
            taken += received;
        SendAll(peer, reply);
        peer.Close();
        Console.WriteLine($"took {taken}");
    }
}

static void Send(IPEndPoint remote, int bytes, int localPort)
{
    using var socket = new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
    if (localPort != 0)
        socket.Bind(new IPEndPoint(AnyOf(remote), localPort));
    socket.Connect(remote);
    Console.WriteLine($"port {((IPEndPoint)socket.LocalEndPoint!).Port}");
    Console.ReadLine();
    SendAll(socket, bytes);
    Console.WriteLine("sent");
    Console.ReadLine();
    socket.Shutdown(SocketShutdown.Send);
    var buffer = new byte[64 * 1024];
    while (socket.Receive(buffer) > 0)
        continue;
    socket.Close();
    Console.WriteLine("done");
}

static void ServeDatagrams(IPEndPoint local)
{
    // Closed by the end of the process: a socket closed under a receiver throws.
    var socket = BindDatagrams(local);
    var serving = new Thread(() => ReceiveDatagrams(socket)) { IsBackground = true };
    serving.Start();
    WaitForEndOfInput();
}

static void ReceiveDatagrams(Socket socket)
{
    var buffer = new byte[64 * 1024];
    while (true)
        socket.Receive(buffer);
}

static void SendDatagrams(IPEndPoint remote, int bytes, int count, int localPort)
{
    using var socket = BindDatagrams(new IPEndPoint(AnyOf(remote), localPort));
    var datagram = new byte[bytes];
    for (var i = 0; i < count; i++)
        socket.SendTo(datagram, remote);
    WaitForEndOfInput();
    socket.Close();
    Console.WriteLine("done");
}

static IPAddress AnyOf(IPEndPoint remote) =>
    remote.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;

static Socket BindDatagrams(IPEndPoint local)
{
    var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
    socket.Bind(local);
    Console.WriteLine($"port {((IPEndPoint)socket.LocalEndPoint!).Port}");
    return socket;
}

static void SendAll(Socket socket, int bytes)
{
    var buffer = new byte[64 * 1024];
    for (var left = bytes; left > 0;)
        left -= socket.Send(buffer, 0, Math.Min(left, buffer.Length), SocketFlags.None);
}
