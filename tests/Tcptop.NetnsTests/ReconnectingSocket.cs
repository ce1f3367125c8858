using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Tcptop.NetnsTests;

/// <summary>
/// A TCP socket that is disconnected (connect to AF_UNSPEC) and connected anew, which .NET's Socket does not
/// offer.
/// </summary>
internal sealed unsafe partial class ReconnectingSocket : IDisposable
{
    private const int AfInet = 2;
    private const int SockStream = 1;
    private const int AddressBytes = 16; // sizeof(struct sockaddr_in)

    private readonly int _fd;

    public ReconnectingSocket() => Must(_fd = socket(AfInet, SockStream, 0));

    /// <summary>One that a listener accepted, by a descriptor of its own.</summary>
    public ReconnectingSocket(Socket accepted) => Must(_fd = dup((int)accepted.Handle));

    public void Connect(int port)
    {
        var address = stackalloc byte[AddressBytes];
        new Span<byte>(address, AddressBytes).Clear();
        *(ushort*)address = AfInet;
        BinaryPrimitives.WriteUInt16BigEndian(new Span<byte>(address + 2, 2), (ushort)port);
        BinaryPrimitives.WriteUInt32BigEndian(new Span<byte>(address + 4, 4), 0x7F000001);
        Must(connect(_fd, address, AddressBytes));
    }

    public void Send(int bytes)
    {
        var data = new byte[bytes];
        fixed (byte* start = data)
            Must((int)send(_fd, start, (nuint)bytes, 0) == bytes ? 0 : -1);
    }

    public void Disconnect()
    {
        var unspecified = stackalloc byte[AddressBytes];
        new Span<byte>(unspecified, AddressBytes).Clear();
        Must(connect(_fd, unspecified, AddressBytes));
    }

    public void Dispose() => _ = close(_fd);

    private static void Must(int result)
    {
        if (result < 0)
            throw new InvalidOperationException(Marshal.GetLastPInvokeErrorMessage());
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(int fd, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int fd, byte* data, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int fd);
}
