using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tcptop.Testing;

/// <summary>
/// Ports that are a test's alone. One that the kernel gives to who asks for any may be another's as well: at
/// the other end of a connection, in another network namespace, or a moment later. So the end by which a test
/// knows its rows has a port out of those that the kernel gives to no one who does not ask for it.
/// </summary>
public static class OwnPorts
{
    /// <summary>Below are those of well-known services.</summary>
    private const int Lowest = 2_000;

    private const int Most = 10_000;

    private static readonly int End = FirstThatTheKernelGives();
    private static readonly int Count = Math.Min(Most, End - Lowest);
    private static readonly int First = End - Count;

    /// <summary>Suites that run one after the other do not find each other's TIME_WAIT.</summary>
    private static int _next = Environment.ProcessId * 211 % Count;

    public static int Next()
    {
        for (var tried = 0; tried < Count; tried++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            if (IsFree(port, SocketType.Stream, ProtocolType.Tcp) && IsFree(port, SocketType.Dgram, ProtocolType.Udp))
                return port;
        }
        throw new InvalidOperationException($"Not one of the ports from {First} to {First + Count - 1} is free.");
    }

    private static int FirstThatTheKernelGives()
    {
        var range = File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range");
        var first = int.Parse(range.AsSpan(0, range.IndexOf('\t')), CultureInfo.InvariantCulture);
        // Hosts that give all of them have to do with what is free.
        return first > Lowest + Most / 10 ? first : Lowest + Most;
    }

    private static bool IsFree(int port, SocketType type, ProtocolType protocol)
    {
        using var socket = new Socket(AddressFamily.InterNetworkV6, type, protocol) { DualMode = true };
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
