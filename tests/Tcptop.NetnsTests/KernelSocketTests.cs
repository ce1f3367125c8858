using System.Net;
using System.Net.Sockets;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>
/// Sockets that the kernel makes for itself and that no process holds. The NFS client has such: to mount, it
/// calls the mount service of its server, which here is this test and never answers.
/// </summary>
[Trait(KernelMatrix.Trait, KernelMatrix.Guest)]
public sealed class KernelSocketTests
{
    private readonly byte[] _buffer = new byte[64 * 1024];

    [Fact]
    public void A_connection_that_the_kernel_made_is_the_kernels_and_counted_to_the_byte()
    {
        using var tcptop = TcptopProcess.Start();
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using var mounting = Mount("tcp", port);
        using var server = listener.Accept();
        var clientPort = ((IPEndPoint)server.RemoteEndPoint!).Port;
        var received = server.Receive(_buffer);
        var row = tcptop.WaitForLive(
            clientPort, port, row => row.BytesOut == received, $"{received} bytes have gone out");
        Assert.Equal(("kernel", null, null), (row.Process, row.Pid, row.Command));
        tcptop.WaitForLive(
            port, clientPort,
            row => row.Pid == Environment.ProcessId && row.BytesIn == received, "the other end is the test's");
    }

    [Fact]
    public void So_are_the_datagrams_that_it_sends()
    {
        using var tcptop = TcptopProcess.Start();
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)server.LocalEndPoint!).Port;
        using var mounting = Mount("udp", port);
        EndPoint client = new IPEndPoint(IPAddress.Any, 0);
        var received = server.ReceiveFrom(_buffer, ref client);
        // It asks again while nobody answers.
        var row = tcptop.WaitForLive(
            ((IPEndPoint)client).Port, port,
            row => row.PacketsOut > 0 && row.BytesOut == received * row.PacketsOut,
            $"datagrams of {received} bytes have gone out");
        Assert.Equal(("udp", "kernel", null, null), (row.Protocol, row.Process, row.Pid, row.Command));
    }

    private static RunningProcess Mount(string protocol, int port)
    {
        var directory = Directory.CreateTempSubdirectory("tcptop-").FullName;
        var options =
            $"vers=3,nolock,soft,addr=127.0.0.1,mountaddr=127.0.0.1,mountvers=3,mountproto={protocol},mountport={port}";
        return new RunningProcess("mount", "-i", "-t", "nfs", "-o", options, "127.0.0.1:/", directory);
    }
}
