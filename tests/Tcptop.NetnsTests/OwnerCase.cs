using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tcptop.Testing;

namespace Tcptop.NetnsTests;

/// <summary>What tests of owners have in common: sockets of this process, scripts, waiting.</summary>
internal static class OwnerCase
{
    public const string Tcp = "tcp";
    public const string Udp = "udp";
    public const string Mptcp = "mptcp";

    /// <summary>The exit code of a script that needs what the kernel has not.</summary>
    public const int NotSupported = 95;

    public static string ScriptOf(string name) =>
        Path.Combine(AppContext.BaseDirectory, "Owners", name);

    public static RunningProcess Python(string script, params string[] arguments) =>
        new("python3", [ScriptOf(script), .. arguments]);

    public static Socket NewSocket(string protocol) => protocol == Tcp
        ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        : new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    /// <summary>A socket of this process for others to connect to.</summary>
    public static Socket PeerOf(string protocol)
    {
        var peer = NewSocket(protocol);
        peer.Bind(new IPEndPoint(IPAddress.Loopback, OwnPorts.Next()));
        if (protocol == Tcp)
            peer.Listen(8);
        return peer;
    }

    public static Socket Connect(int port)
    {
        var socket = NewSocket(Tcp);
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    /// <summary>A socket of this process that has sent 5 bytes.</summary>
    public static Socket ConnectAndSend(string protocol, Socket peer)
    {
        var socket = NewSocket(protocol);
        socket.Connect(peer.LocalEndPoint!);
        socket.Send(new byte[5]);
        return socket;
    }

    public static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    public static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Of what started "talk.py", from the pid namespace of its /proc inwards.</summary>
    public static int[] IdsOf(RunningProcess talker) =>
        [.. talker.WaitForLine("ids ").Split(' ').Select(Number)];

    /// <summary>Gives an order and waits until it is answered, once more than before.</summary>
    public static void Order(RunningProcess process, string order, string answer)
    {
        var before = process.Lines.Count(line => line == answer);
        process.Input.WriteLine(order);
        Eventually.True(
            () => process.Lines.Count(line => line == answer) > before, $"it says '{answer}'");
    }

    public static JsonRow WaitForOwner(
        TcptopProcess tcptop, string protocol, int port, int peerPort, int pid, int? holders = 1) =>
        tcptop.WaitForLive(
            port,
            peerPort,
            row => row.Protocol == protocol && row.Pid == pid && (holders is null || row.Holders == holders),
            $"it is that of process {pid}, and {holders?.ToString(CultureInfo.InvariantCulture) ?? "any number"} hold it");
}
