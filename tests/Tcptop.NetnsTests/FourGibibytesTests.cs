using System.Net.Sockets;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>Sequence numbers have 32 bits; what they count has more.</summary>
public sealed class FourGibibytesTests
{
    [Fact]
    public void More_than_sequence_numbers_can_say_is_counted_to_the_byte()
    {
        const int Piece = 64 << 20, Pieces = 65;
        const long Bytes = (long)Piece * Pieces;
        var file = Path.GetTempFileName();
        try
        {
            // Of nothing but a hole, whose pages are all in memory when the first piece has gone.
            using (var hole = File.OpenWrite(file))
                hole.SetLength(Piece);
            using var tcptop = TcptopProcess.Start();
            using var pair = TcpPair.OnLoopback("IPv4");
            var sender = new Thread(() => SendTimes(pair.Client, file, Pieces));
            sender.Start();
            Discard(pair.Server, Bytes);
            sender.Join();
            using var later = TcptopProcess.Start();
            foreach (var each in new[] { tcptop, later })
            {
                Assert.Equal(Bytes, each.Fresh(pair.ClientCookie).BytesOut);
                var server = each.Fresh(pair.ServerCookie);
                Assert.Equal((0, Bytes), (server.BytesOut, server.BytesIn));
            }
            pair.Client.Shutdown(SocketShutdown.Send);
            pair.Server.Shutdown(SocketShutdown.Send);
            Assert.Equal(Bytes, tcptop.WaitForEnd(pair.ClientCookie).BytesOut);
            Assert.Equal(Bytes, later.WaitForEnd(pair.ClientCookie).BytesOut);
            Assert.All(
                tcptop.Of(pair.ClientCookie), row => Assert.InRange(row.BytesOut!.Value, 0, Bytes));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void SendTimes(Socket socket, string file, int times)
    {
        for (var i = 0; i < times; i++)
            socket.SendFile(file);
    }

    /// <summary>Received without being copied.</summary>
    private static void Discard(Socket socket, long bytes)
    {
        var none = new byte[1 << 20];
        for (var left = bytes; left > 0;)
        {
            var received = socket.Receive(
                none, 0, (int)Math.Min(left, none.Length), SocketFlags.Truncated);
            Assert.NotEqual(0, received);
            left -= received;
        }
    }
}
