using System.Net;
using System.Net.Sockets;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests.Faults;

/// <summary>Connections of this process that live for a moment each, and what their rows must be.</summary>
internal sealed class ShortConnections : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<(int ClientPort, long? Bytes)> _sent = [];

    public ShortConnections()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, OwnPorts.Next()));
        _listener.Listen(128);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
    }

    public int Port { get; }

    public int Ends => 2 * _sent.Count;

    public void Make(int count)
    {
        for (var i = 0; i < count; i++)
            MakeOne(_sent.Count % 1_000 + 1);
    }

    /// <summary>Rows of these that have ended.</summary>
    public List<JsonRow> EndedIn(IReadOnlyList<JsonRow> rows) =>
        [.. rows.Where(row => row.Closed && (row.LocalPort == Port || row.RemotePort == Port))];

    /// <summary>Waits until both ends of each are shown closed, and compares them.</summary>
    /// <param name="tcptop">Has seen them.</param>
    /// <param name="ownersMayLack">It need not know whose they were.</param>
    public void AssertAllExact(TcptopProcess tcptop, bool ownersMayLack = false)
    {
        var closed = EndedIn(tcptop.WaitFor(rows => EndedIn(rows).Count >= Ends, "both ends of each are shown closed"));
        Assert.Equal("", ToldTwice(closed));
        Assert.Equal(Ends, closed.Count);
        // A port may be used twice, so the lists are compared, not port by port.
        _sent.Sort();
        Assert.Equal(
            _sent, closed.Where(row => row.RemotePort == Port).Select(row => (row.LocalPort, row.BytesOut)).Order());
        Assert.Equal(
            _sent, closed.Where(row => row.LocalPort == Port).Select(row => (row.RemotePort, row.BytesIn)).Order());
        Assert.All(closed, row => Assert.True(
            row.Pid == Environment.ProcessId || (ownersMayLack && row.Pid is null), $"the owner is {row.Pid}"));
    }

    public void Dispose() => _listener.Dispose();

    private static string ToldTwice(IEnumerable<JsonRow> rows) => string.Join(
        '\n',
        rows.GroupBy(row => row.Cookie)
            .Where(same => same.Count() > 1)
            .SelectMany(same => same)
            .Select(row => row.ToString()));

    private void MakeOne(int bytes)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(_listener.LocalEndPoint!);
        using var server = _listener.Accept();
        LoopbackPair.Send(client, bytes);
        LoopbackPair.Receive(server, bytes);
        _sent.Add((((IPEndPoint)client.LocalEndPoint!).Port, bytes));
    }
}
