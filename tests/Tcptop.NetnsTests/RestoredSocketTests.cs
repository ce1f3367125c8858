using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Tcptop.Testing;
using Xunit;
using static Tcptop.NetnsTests.SentPayload;

namespace Tcptop.NetnsTests;

/// <summary>
/// Sockets that were restored (TCP_REPAIR, as CRIU does it): connected without a SYN, with sequence
/// numbers that were given to them. So these can be made to begin anew in the midst of what is
/// sent, which others do once in four gigabytes.
/// </summary>
public sealed class RestoredSocketTests
{
    private const double Interval = 0.1;
    private const int LevelTcp = 6;
    private const int Repair = 19, RepairQueue = 20, QueueSequence = 21, RepairWindow = 29;
    private const int ReceiveQueue = 1, SendQueue = 2;
    private const int ClientPort = 5_001, ServerPort = 5_002;

    public static TheoryData<uint, bool> Beginnings => new()
    {
        { 1_000_000, false },
        { 1_000_000, true },
        { uint.MaxValue - 300, false },
        { uint.MaxValue - 300, true },
        { uint.MaxValue, false },
        { 0, false },
        { int.MaxValue - 300, false },
    };

    [Theory]
    [MemberData(nameof(Beginnings))]
    public void A_socket_that_was_restored_has_what_it_has_sent_since(
        uint sequence, bool olderThanTcptop)
    {
        const int First = 1_000, Second = 500, Reply = 77;
        using var place = new IsolatedNamespace();
        using var tcptop = new Latecomer(Interval);
        if (!olderThanTcptop)
            tcptop.Start();
        using var pair = place.Inside(() => Restored(sequence));
        if (!olderThanTcptop)
            AssertSent(tcptop, pair, 0, 0);
        LoopbackPair.Transfer(pair.Client, pair.Server, First);
        LoopbackPair.Transfer(pair.Server, pair.Client, Reply);
        tcptop.Start();
        AssertSent(tcptop, pair, First, Reply);
        LoopbackPair.Transfer(pair.Client, pair.Server, Second);
        AssertSent(tcptop, pair, First + Second, Reply);
        pair.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, pair.Server.Receive(new byte[1]));
        AssertSent(tcptop, pair, First + Second, Reply);
        pair.Server.Shutdown(SocketShutdown.Send);
        Assert.Equal(First + Second, tcptop.Started.WaitForEnd(pair.ClientCookie).BytesOut);
        Assert.Equal(Reply, tcptop.Started.WaitForEnd(pair.ServerCookie).BytesOut);
    }

    private static TcpPair Restored(uint sequence)
    {
        const uint OtherWay = 7_000_000;
        var client = new IPEndPoint(IPAddress.Loopback, ClientPort);
        var server = new IPEndPoint(IPAddress.Loopback, ServerPort);
        var pair = new TcpPair(
            Restore(client, server, sequence, OtherWay),
            Restore(server, client, OtherWay, sequence));
        Set(pair.Client, Repair, 0);
        Set(pair.Server, Repair, 0);
        return pair;
    }

    private static Socket Restore(IPEndPoint local, IPEndPoint remote, uint sent, uint received)
    {
        var socket = TcpPair.NewSocket(local.AddressFamily);
        Set(socket, Repair, 1);
        Set(socket, RepairQueue, SendQueue);
        Set(socket, QueueSequence, (int)sent);
        Set(socket, RepairQueue, ReceiveQueue);
        Set(socket, QueueSequence, (int)received);
        socket.Bind(local);
        socket.Connect(remote);
        // struct tcp_repair_window: what the other had room for and when it said so, and of this end.
        const uint Room = 60_000;
        uint[] window = [received, Room, Room, Room, received];
        socket.SetRawSocketOption(LevelTcp, RepairWindow, MemoryMarshal.AsBytes<uint>(window));
        return socket;
    }

    private static void Set(Socket socket, int option, int value) =>
        socket.SetRawSocketOption(LevelTcp, option, BitConverter.GetBytes(value));
}
