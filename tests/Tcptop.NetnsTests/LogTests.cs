using System.Net;
using System.Net.Sockets;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>What a log has, read back by python.</summary>
public sealed class LogTests
{
    private const int Connections = 5_000;

    /// <summary>What a process may call itself, in hex, and how it reads back.</summary>
    private static readonly (string Hex, string Name)[] HostileNames =
    [
        ("22612c622263", "\"a,b\"c"),
        ("610a622c0d0a", "a\nb,\r\n"),
        ("61ff62fe", "a\uFFFDb\uFFFD"),
        ("1b5b324a", "\x1b[2J"),
        ("3d312b32", "=1+2"),
    ];

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    public void Names_with_quotes_commas_line_breaks_and_bytes_that_are_no_UTF8_read_back_in_python(string form)
    {
        var path = Path.GetTempFileName();
        var named = HostileNames.Select(name => (name.Name, Process: ServerNamed(name.Hex))).ToList();
        try
        {
            var sockets = named.Select(server => Connect(server.Process.WaitForPort())).ToList();
            Tool.Must("sh", "-c", $"'{Programs.Tcptop}' --batch --format {form} -n 2 --interval 0.1 > '{path}'");
            var rows = LogRow.Read(form, path);
            foreach (var (name, process) in named)
            {
                var own = rows.Where(row => row.Pid == process.Id && row.LocalPort == process.WaitForPort()).ToList();
                Assert.Equal([name, name], own.Select(row => row.Process));
            }
            sockets.ForEach(socket => socket.Dispose());
        }
        finally
        {
            named.ForEach(server => server.Process.Dispose());
            File.Delete(path);
        }
    }

    [Fact]
    public void Five_thousand_short_connections_are_each_closed_once_in_the_log()
    {
        using var log = LogProcess.Start("0.5");
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, OwnPorts.Next()));
        listener.Listen(128);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var sent = new List<(int ClientPort, long? Bytes)>();
        for (var i = 0; i < Connections; i++)
            sent.Add((MakeOne(listener, i % 100 + 1), i % 100 + 1));

        // At once: what closed since the last refresh must be in the last one.
        var closed = log.Stop().Where(row => row.Closed && (row.LocalPort == port || row.RemotePort == port)).ToList();
        Assert.Equal(2 * Connections, closed.Count);
        Assert.Equal(2 * Connections, closed.Select(row => row.Cookie).Distinct().Count());
        sent.Sort();
        Assert.Equal(
            sent, closed.Where(row => row.RemotePort == port).Select(row => (row.LocalPort, row.BytesOut)).Order());
    }

    [Fact]
    public void A_connection_has_a_row_each_refresh_and_one_last_row_and_a_refresh_has_one_time()
    {
        using var log = LogProcess.Start("0.1");
        using var pair = new LoopbackPair();
        bool IsClients(string line) =>
            line.Contains($",{pair.ClientPort},127.0.0.1,{pair.ServerPort},", StringComparison.Ordinal);
        Eventually.True(() => log.Text.Split('\n').Count(IsClients) >= 3, "three refreshes have it");
        pair.CloseInOrder();
        bool IsItsLast(string line) => IsClients(line) && line.Contains(",CLOSE,", StringComparison.Ordinal);
        Eventually.True(() => log.Text.Split('\n').Any(IsItsLast), "it has its last row");
        var rows = log.Stop();
        var own = rows.Where(row => row.LocalPort == pair.ClientPort && row.RemotePort == pair.ServerPort).ToList();
        Assert.Equal([.. Enumerable.Repeat(false, own.Count - 1), true], own.Select(row => row.Closed));
        var times = rows.Select(row => row.Timestamp).Distinct().ToList();
        Assert.Equal(times.Order(), times);
        // No refresh between its first and its last that does not have it, or has it twice.
        var first = times.IndexOf(own[0].Timestamp);
        Assert.Equal(times.GetRange(first, own.Count), own.Select(row => row.Timestamp));
    }

    [Fact]
    public void A_log_on_standard_output_is_the_same()
    {
        using var pair = new LoopbackPair();
        var result = Tool.Run(Programs.Tcptop, "--log", "-", "-n", "2", "--interval", "0.1");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.StartsWith("timestamp,proto,local_addr,", result.Output, StringComparison.Ordinal);
        var ends = $",{pair.ClientPort},127.0.0.1,{pair.ServerPort},";
        var lines = result.Output.Split("\r\n");
        Assert.Equal(2, lines.Count(line => line.Contains(ends, StringComparison.Ordinal)));
    }

    [Fact]
    public void An_older_file_is_overwritten_and_left_alone_by_a_run_that_is_refused()
    {
        using var pair = new LoopbackPair();
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, new string('x', 1_000_000));
            Assert.Equal(77, OrdinaryUser.Run("", "--log", path, "-n", "1").ExitCode);
            Assert.Equal(1_000_000, new FileInfo(path).Length);
            Assert.Equal(new ToolResult(0, "", ""), Tool.Run(Programs.Tcptop, "--log", path, "-n", "1"));
            Assert.Contains(
                LogRow.Read("csv", path), row => row.LocalPort == pair.ClientPort && row.RemotePort == pair.ServerPort);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_line_of_text_is_there_as_soon_as_its_refresh_is()
    {
        using var pair = new LoopbackPair();
        var own = $"127.0.0.1:{pair.ClientPort}";
        using var pipeline = new RunningProcess(
            "bash", "-c", $"exec 3>&1; '{Programs.Tcptop}' -b --interval 0.1 | grep --line-buffered '{own} '");
        Eventually.True(() => pipeline.Lines.Count >= 2, "grep prints lines while it runs");
        pair.CloseInOrder();
        Eventually.True(() => pipeline.Lines.Any(line => line.EndsWith("  [CLOSED]", StringComparison.Ordinal)),
            "the last line is marked");
        Assert.False(pipeline.HasExited);
    }

    private static RunningProcess ServerNamed(string hex) =>
        new(Programs.Traffic, "name", hex, "serve", "127.0.0.1", "0", "0");

    private static Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    /// <summary>Returns the client's port.</summary>
    private static int MakeOne(Socket listener, int bytes)
    {
        using var client = Connect(((IPEndPoint)listener.LocalEndPoint!).Port);
        var port = ((IPEndPoint)client.LocalEndPoint!).Port;
        using var server = listener.Accept();
        LoopbackPair.Send(client, bytes);
        LoopbackPair.Receive(server, bytes);
        return port;
    }
}
