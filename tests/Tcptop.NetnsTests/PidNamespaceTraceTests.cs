using Tcptop.Testing;
using Xunit;
using static Tcptop.NetnsTests.OwnerCase;

namespace Tcptop.NetnsTests;

/// <summary>A trace inside a pid namespace: the ids are those inside.</summary>
public sealed class PidNamespaceTraceTests : IDisposable
{
    private readonly ProcessNamespace _inside = new();

    public void Dispose() => _inside.Dispose();

    [Theory]
    [InlineData(Tcp)]
    [InlineData(Udp)]
    public void Calls_and_states_have_the_id_inside_or_from_outside_the_name_alone(string protocol)
    {
        using var trace = TraceProcess.StartBy(_inside.Entry, () => new LoopbackPair().Dispose());
        using var peer = PeerOf(protocol);
        using var process = _inside.StartPython("talk.py", protocol, $"{PortOf(peer)}");
        using var nested = _inside.StartPythonNested("talk.py", protocol, $"{PortOf(peer)}");
        using var outside = ConnectAndSend(protocol, peer);
        IEnumerable<(int?, string?)> Actors(int port)
        {
            var ofPort = $"{protocol} send {port} ";
            bool IsCall(TraceRow row) => row.What.StartsWith(ofPort, StringComparison.Ordinal);
            Eventually.True(() => trace.Rows().Any(IsCall), "its call is traced");
            // With a connection's changes of state before it.
            return trace.Rows()
                .Where(row => row.What.Split(' ')[2] == $"{port}")
                .Select(row => (row.Pid, row.Process))
                .Distinct();
        }

        var ownName = File.ReadAllText("/proc/self/comm").TrimEnd('\n');
        Assert.Equal([(Assert.Single(IdsOf(process)), "python3")], Actors(process.WaitForPort()));
        Assert.Equal([(IdsOf(nested)[0], "python3")], Actors(nested.WaitForPort()));
        Assert.Equal([(null, ownName)], Actors(PortOf(outside)));
    }

    [Theory]
    [InlineData(Tcp)]
    [InlineData(Udp)]
    public void A_filter_by_id_means_the_id_inside(string protocol)
    {
        using var peer = PeerOf(protocol);
        var (id, to) = ($"{Environment.ProcessId}", $"{PortOf(peer)}");
        using var namesake = _inside.StartPython("talk.py", protocol, to, id);
        var port = namesake.WaitForPort();
        using var trace = TraceProcess.StartBy(
            _inside.Entry, () => Order(namesake, "more", "sent"), "--pid", id, "--remote-port", to);
        using var outside = ConnectAndSend(protocol, peer);
        using var other = _inside.StartPython("talk.py", protocol, to);
        other.WaitForPort();
        var seen = trace.Rows().Count;
        Order(namesake, "more", "sent");
        Eventually.True(() => trace.Rows().Count > seen, "what came after them is traced");
        var ends = trace.Rows().Select(row => (row.Pid, row.What.Split(' ')[2])).Distinct();
        Assert.Equal([(Environment.ProcessId, $"{port}")], ends);
    }
}
