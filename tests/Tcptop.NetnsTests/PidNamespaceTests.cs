using System.Net.Sockets;
using System.Text.Json;
using Tcptop.Testing;
using Xunit;
using static Tcptop.NetnsTests.OwnerCase;

namespace Tcptop.NetnsTests;

/// <summary>
/// Inside a pid namespace processes have the ids that a person there knows them by; those outside
/// have a name and none.
/// </summary>
public sealed class PidNamespaceTests : IDisposable
{
    private static readonly int OwnId = Environment.ProcessId;

    private readonly ProcessNamespace _inside = new();

    public void Dispose() => _inside.Dispose();

    [Theory]
    [InlineData(Tcp, true)]
    [InlineData(Tcp, false)]
    [InlineData(Udp, true)]
    [InlineData(Udp, false)]
    public void A_process_inside_has_its_id_and_facts_in_there(string protocol, bool isOlder)
    {
        using var peer = PeerOf(protocol);
        var before = DateTimeOffset.UtcNow;
        using var older = isOlder ? Talk(protocol, peer) : null;
        older?.WaitForPort();
        using var tcptop = StartInside();
        using var younger = isOlder ? null : Talk(protocol, peer);
        var process = older ?? younger!;
        var id = Assert.Single(IdsOf(process));
        // What an older socket has sent came before anybody counted datagrams.
        Order(process, "more", "sent");
        var row = WaitForOwner(tcptop, protocol, process.WaitForPort(), PortOf(peer), id);
        AssertHasFactsOf(process, row);
        // Two clocks are read at different moments, a few milliseconds apart.
        var started = row.ProcessStarted!.Value;
        Assert.InRange(started, before.AddMilliseconds(-100), DateTimeOffset.UtcNow);
        Assert.NotEqual(process.Id, id);
    }

    [Theory]
    [InlineData(Tcp)]
    [InlineData(Udp)]
    public void A_process_of_a_namespace_within_has_the_id_that_is_seen_from_here(string protocol)
    {
        using var peer = PeerOf(protocol);
        using var tcptop = StartInside();
        using var process = _inside.StartPythonNested("talk.py", protocol, $"{PortOf(peer)}");
        var ids = IdsOf(process);
        Assert.Equal((2, 1), (ids.Length, ids[1]));
        var row = WaitForOwner(tcptop, protocol, process.WaitForPort(), PortOf(peer), ids[0]);
        AssertHasFactsOf(process, row);
    }

    [Theory]
    [InlineData(Tcp)]
    [InlineData(Udp)]
    public void A_process_outside_has_its_name_alone_and_not_the_id_of_another(string protocol)
    {
        using var peer = PeerOf(protocol);
        using var tcptop = StartInside();
        using var namesake = Talk(protocol, peer, OwnId);
        Assert.Equal([OwnId], IdsOf(namesake));
        using var outside = ConnectAndSend(protocol, peer);
        AssertIsOutside(WaitForName(tcptop, protocol, outside, peer));
        var row = WaitForOwner(tcptop, protocol, namesake.WaitForPort(), PortOf(peer), OwnId);
        AssertHasFactsOf(namesake, row);
    }

    [Theory]
    [InlineData(Tcp)]
    [InlineData(Udp)]
    public void A_filter_by_id_means_the_id_inside(string protocol)
    {
        using var peer = PeerOf(protocol);
        using var namesake = Talk(protocol, peer, OwnId);
        using var other = Talk(protocol, peer);
        var wanted = namesake.WaitForPort();
        using var all = StartInside();
        using var tcptop = Batch("json", "--pid", $"{OwnId}", "--remote-port", $"{PortOf(peer)}");
        Eventually.True(
            () =>
            {
                // If older than the program, it has nothing to show before it sends again.
                Order(namesake, "more", "sent");
                return RowsOf(tcptop).Count != 0;
            },
            "the one that has the id inside is shown");
        Order(other, "more", "sent");
        using var outside = ConnectAndSend(protocol, peer);
        WaitForName(all, protocol, outside, peer);
        var seen = RowsOf(tcptop).Count;
        Eventually.True(() => RowsOf(tcptop).Count > seen + 1, "it is refreshed");
        Assert.All(
            RowsOf(tcptop), row => Assert.Equal((OwnId, wanted), (row.Pid!.Value, row.LocalPort)));
    }

    [Theory]
    [InlineData(Tcp)]
    [InlineData(Udp)]
    public void The_last_row_of_a_process_that_has_ended_has_its_id_inside(string protocol)
    {
        using var tcptop = StartInside();
        using var peer = PeerOf(protocol);
        using var process = Talk(protocol, peer);
        var (port, peerPort) = (process.WaitForPort(), PortOf(peer));
        var id = Assert.Single(IdsOf(process));
        WaitForOwner(tcptop, protocol, port, peerPort, id);
        process.Input.Close();
        Assert.Equal(0, process.WaitForExit().ExitCode);
        peer.Dispose();
        var row = tcptop.WaitForClosed(port, peerPort);
        Assert.Equal((id, "python3"), (row.Pid!.Value, row.Process));
    }

    [Fact]
    public void Connections_too_short_to_be_looked_for_have_the_ids_inside_of_their_workers()
    {
        using var tcptop = StartInside(interval: 1);
        using var server = _inside.StartPython("prefork.py", "3");
        var serverPort = server.WaitForPort();
        var clientPorts = new List<int>();
        for (var i = 0; i < 20; i++)
        {
            using var client = Connect(serverPort);
            clientPorts.Add(PortOf(client));
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, client.Receive(new byte[1]));
        }
        foreach (var port in clientPorts)
        {
            var worker = Number(server.WaitForLine($"accepted {port} "));
            Assert.Equal(worker, tcptop.WaitForClosed(serverPort, port).Pid);
            AssertIsOutside(tcptop.WaitForClosed(port, serverPort));
        }
    }

    [Theory]
    [InlineData(Tcp)]
    [InlineData(Udp)]
    public void A_socket_that_a_process_inside_has_from_outside_has_its_id(string protocol)
    {
        const string OpenThenEnter = """
            exec 3<>/dev/$0/127.0.0.1/$1; echo 1234 >&3; echo opened; read
            exec nsenter --target $2 --pid --mount bash -c "$3"
            """;
        const string Stay = "read -r pid rest < /proc/self/stat; echo inside $pid; read";
        using var tcptop = StartInside();
        using var peer = PeerOf(protocol);
        string[] words = [protocol, $"{PortOf(peer)}", $"{_inside.FirstProcess}", Stay];
        using var process = new RunningProcess("bash", ["-c", OpenThenEnter, .. words]);
        process.WaitForLine("opened");
        bool IsIt(JsonRow row) => row.Protocol == protocol && row.RemotePort == PortOf(peer);
        var outer = tcptop.WaitFor(rows => rows.Any(IsIt), "it is shown").First(IsIt);
        Assert.Equal((null, "bash", null), (outer.Pid, outer.Process, outer.Command));
        process.Input.WriteLine();
        var inside = Number(process.WaitForLine("inside "));
        var row = WaitForOwner(tcptop, protocol, outer.LocalPort, PortOf(peer), inside);
        Assert.Equal("bash -c " + Stay, row.Command);
    }

    [Fact]
    public void Of_a_socket_inside_and_outside_the_one_who_has_it_inside_is_shown()
    {
        using var tcptop = StartInside();
        using var peer = PeerOf(Tcp);
        string[] opensInside = [Tcp, $"{PortOf(peer)}", $"{_inside.FirstProcess}"];
        using var receiver = Python("pass_on.py", opensInside);
        var opener = Number(receiver.WaitForLine("opener "));
        var port = receiver.WaitForPort();
        WaitForOwner(tcptop, Tcp, port, PortOf(peer), opener);
        Order(receiver, "pass", "passed");
        var passed = tcptop.Rows().Count;
        bool IsIt(JsonRow row) => row.LocalPort == port && row.RemotePort == PortOf(peer);
        tcptop.WaitFor(rows => rows.Skip(passed).Count(IsIt) > 1, "it is shown again");
        var after = tcptop.Rows().Skip(passed).Where(IsIt);
        Assert.All(after, row => Assert.Equal(opener, row.Pid));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("csv")]
    public void Text_and_CSV_have_the_ids_inside_and_nothing_for_processes_outside(string form)
    {
        using var peer = PeerOf(Tcp);
        using var process = Talk(Tcp, peer);
        using var tcptop = Batch(form, "--remote-port", $"{PortOf(peer)}");
        var isCsv = form == "csv";
        string[] PidAndName(int port)
        {
            var text = isCsv ? $",{port},127.0.0.1," : $":{port} ";
            bool IsIt(string line) => line.Contains(text, StringComparison.Ordinal);
            Eventually.True(() => tcptop.Lines.Any(IsIt), "it is shown");
            var line = tcptop.Lines.First(IsIt);
            return isCsv
                ? line.Split(',')[6..8]
                : line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3..5];
        }

        var id = Assert.Single(IdsOf(process));
        Assert.Equal([$"{id}", "python3"], PidAndName(process.WaitForPort()));
        using var outside = ConnectAndSend(Tcp, peer);
        Assert.Equal([isCsv ? "" : "-", OwnName], PidAndName(PortOf(outside)));
    }

    [Fact]
    public void Where_proc_is_that_of_others_ids_are_those_inside_and_no_command_is_anothers()
    {
        using var ns = new ProcessNamespace(hasOwnProc: false);
        using var peer = PeerOf(Tcp);
        using var tcptop = TcptopProcess.StartBy(ns.Entry);
        using var namesake = ns.StartPython("talk.py", Tcp, $"{PortOf(peer)}", $"{OwnId}");
        // /proc is that outside. Under this id it has another process, this one, whose command line
        // everybody may read.
        Assert.Equal([OwnId], IdsOf(namesake)[1..]);
        var row = WaitForOwner(tcptop, Tcp, namesake.WaitForPort(), PortOf(peer), OwnId);
        Assert.Equal(("python3", null, null), (row.Process, row.Command, row.Executable));
        Assert.Null(row.ProcessStarted);
        using var outside = ConnectAndSend(Tcp, peer);
        AssertIsOutside(WaitForName(tcptop, Tcp, outside, peer));
    }

    [Fact]
    public void The_host_sees_its_own_ids_whatever_namespace_a_process_is_in()
    {
        using var peer = PeerOf(Tcp);
        using var process = _inside.StartPythonNested("talk.py", Tcp, $"{PortOf(peer)}");
        var port = process.WaitForPort();
        using var tcptop = TcptopProcess.Start();
        var row = tcptop.WaitForLive(port, PortOf(peer), row => row.Holders == 1, "it is shown");
        var ids = File.ReadLines($"/proc/{row.Pid}/status")
            .Single(line => line.StartsWith("NSpid:", StringComparison.Ordinal))["NSpid:".Length..];
        Assert.Equal([row.Pid!.Value, .. IdsOf(process)], ids.Trim().Split('\t').Select(Number));
        AssertHasFactsOf(process, row);
    }

    private static string OwnName => File.ReadAllText("/proc/self/comm").TrimEnd('\n');

    private static void AssertHasFactsOf(RunningProcess talker, JsonRow row)
    {
        var command = talker.WaitForLine("command ");
        var executable = talker.WaitForLine("executable ");
        Assert.Equal(("python3", command, executable), (row.Process, row.Command, row.Executable));
    }

    private static void AssertIsOutside(JsonRow row)
    {
        Assert.Equal((null, OwnName), (row.Pid, row.Process));
        Assert.Equal((null, null, null), (row.Command, row.Executable, row.ProcessStarted));
    }

    private static IReadOnlyList<JsonRow> RowsOf(RunningProcess tcptop) =>
        [.. tcptop.Lines.Select(line => JsonSerializer.Deserialize<JsonRow>(line)!)];

    private static JsonRow WaitForName(
        TcptopProcess tcptop, string protocol, Socket socket, Socket peer) =>
        tcptop.WaitForLive(
            PortOf(socket),
            PortOf(peer),
            row => row.Protocol == protocol && row.Process is not null,
            "it is shown with a name");

    private TcptopProcess StartInside(double interval = 0.2) =>
        TcptopProcess.StartBy(_inside.Entry, interval, "--udp-idle", "60");

    private RunningProcess Batch(string form, params string[] filter)
    {
        string[] options = ["--batch", "--interval", "0.2", "--udp-idle", "60", "--format", form];
        return _inside.Start([Programs.Tcptop, .. options, .. filter]);
    }

    private RunningProcess Talk(string protocol, Socket peer, params int[] id) =>
        _inside.StartPython(
            "talk.py", [protocol, $"{PortOf(peer)}", .. id.Select(one => $"{one}")]);
}
