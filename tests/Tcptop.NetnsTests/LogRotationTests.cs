using System.Net;
using System.Net.Sockets;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>
/// A log that is renamed and told so by SIGUSR1 goes on in a new file, and each row is in exactly one of
/// them.
/// </summary>
public sealed class LogRotationTests : IDisposable
{
    private const int Rotations = 20;
    private const int Seed = 7;
    private const string Header = "timestamp,";

    private readonly string _directory = Directory.CreateTempSubdirectory("tcptop-").FullName;

    private string Log => Path.Combine(_directory, "log");

    public void Dispose()
    {
        // One of the tests takes away what others may do in it.
        File.SetUnixFileMode(_directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Twenty_rotations_at_any_moment_under_traffic_lose_no_row_and_write_none_twice()
    {
        using var held = new HeldConnections(300);
        using var traffic = new ShortTraffic();
        using var log = LogProcess.StartAt(Log, "0.1");
        log.WaitForRows();
        traffic.Begin();
        var random = new Random(Seed);
        for (var rotation = 1; rotation <= Rotations; rotation++)
        {
            Thread.Sleep(random.Next(0, 200));
            Rotate(log, $"{Log}.{rotation}");
        }
        var connections = traffic.End();
        log.Stop();

        var files = Enumerable.Range(1, Rotations)
            .Select(number => $"{Log}.{number}")
            .Append(Log)
            .Select(path => LogRow.Read("csv", path))
            .ToList();
        var refreshes = files
            .SelectMany((rows, file) => rows.Select(row => (row.Timestamp, row.RemotePort, File: file, row.Cookie)))
            .Where(row => row.RemotePort == held.Port)
            .GroupBy(row => row.Timestamp)
            .ToList();
        Assert.All(refreshes, refresh =>
        {
            Assert.Single(refresh.Select(row => row.File).Distinct());
            Assert.Equal(held.Count, refresh.Select(row => row.Cookie).Distinct().Count());
            Assert.Equal(held.Count, refresh.Count());
        });
        // In order also from file to file.
        Assert.Equal(refreshes.Select(refresh => refresh.Key).Order(), refreshes.Select(refresh => refresh.Key));
        var closed = files.SelectMany(rows => rows).Where(row => row.Closed && row.RemotePort == traffic.Port).ToList();
        Assert.Equal(connections.Order(), closed.Select(row => row.LocalPort).Order());
        Assert.All(closed, row => Assert.Equal(1, row.BytesOut));
        Assert.True(files.Count(rows => rows.Any(row => row.Closed && row.RemotePort == traffic.Port)) > 1,
            "traffic in more than one file");
    }

    [Fact]
    public void A_signal_before_the_first_refresh_is_no_end()
    {
        using var log = LogProcess.StartAt(Log, "0.1");
        Eventually.True(() => log.Takes(RunningProcess.UserDefined1), "it takes the signal");
        log.Signal(RunningProcess.UserDefined1);
        log.WaitForRows();
        Assert.NotEmpty(log.Stop());
        Assert.Equal(1, Headers(Log));
    }

    [Fact]
    public void A_signal_more_and_one_without_a_new_name_change_nothing()
    {
        using var log = LogProcess.StartAt(Log, "0.1");
        log.WaitForRows();
        log.Signal(RunningProcess.UserDefined1);
        log.WaitForRows();
        Rotate(log, $"{Log}.1");
        log.Signal(RunningProcess.UserDefined1);
        log.WaitForRows();
        log.Signal(RunningProcess.UserDefined1);
        log.Signal(RunningProcess.UserDefined1);
        Assert.NotEmpty(log.Stop());
        Assert.Equal((1, 1), (Headers($"{Log}.1"), Headers(Log)));
        Assert.Empty(Times(Log).Intersect(Times($"{Log}.1")));
    }

    [Fact]
    public void It_is_opened_anew_at_once_and_not_at_the_next_refresh()
    {
        using var pair = new LoopbackPair();
        using var log = LogProcess.StartAt(Log, "3600");
        WaitForFirstRefresh(log, pair);
        Rotate(log, $"{Log}.1");
        Assert.Empty(LogRow.Read("csv", Log));
        // The refresh that ends it.
        Assert.NotEmpty(log.Stop());
    }

    [Fact]
    public void A_file_that_is_removed_is_made_anew_if_that_is_told_before_there_is_more_to_write()
    {
        using var pair = new LoopbackPair();
        using var log = LogProcess.StartAt(Log, "3600");
        WaitForFirstRefresh(log, pair);
        File.Delete(Log);
        log.Signal(RunningProcess.UserDefined1);
        Eventually.True(() => File.Exists(Log) && Headers(Log) == 1, "the file is there again");
        Assert.NotEmpty(log.Stop());
    }

    [Fact]
    public void Where_the_directory_has_gone_it_goes_on_in_the_old_file_and_says_so()
    {
        using var log = LogProcess.StartAt(Log, "0.1");
        log.WaitForRows();
        var elsewhere = $"{_directory}-moved";
        Directory.Move(_directory, elsewhere);
        try
        {
            log.Signal(RunningProcess.UserDefined1);
            log.WaitForRows($"{elsewhere}/log");
            log.Signal(RunningProcess.Terminate);
            Assert.Equal((0, NotOpened("No such file or directory")), log.WaitForExit());
            Assert.NotEmpty(LogRow.Read("csv", $"{elsewhere}/log"));
        }
        finally
        {
            Directory.Move(elsewhere, _directory);
        }
    }

    [Fact]
    public void Where_it_may_not_make_a_file_it_goes_on_in_the_old_one_and_opens_a_new_one_when_it_may()
    {
        const UnixFileMode ReadAlone =
            UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        const UnixFileMode WrittenByAll = ReadAlone | UnixFileMode.UserWrite | UnixFileMode.OtherWrite;
        File.SetUnixFileMode(_directory, WrittenByAll);
        // Root may all. An ordinary user with CAP_NET_ADMIN, CAP_PERFMON and CAP_BPF.
        using var held = new HeldConnections(10);
        using var log = LogProcess.StartAs(
            OrdinaryUser.Command("+net_admin," + OrdinaryUser.TwoCapabilities), Log, "0.1");
        log.WaitForRows();
        File.SetUnixFileMode(_directory, ReadAlone);
        File.Move(Log, $"{Log}.1");
        log.Signal(RunningProcess.UserDefined1);
        log.WaitForRows($"{Log}.1");
        File.SetUnixFileMode(_directory, WrittenByAll);
        log.Signal(RunningProcess.UserDefined1);
        Eventually.True(() => File.Exists(Log), "there is a new file");
        log.WaitForRows();
        log.Signal(RunningProcess.Terminate);
        var (exitCode, error) = log.WaitForExit();
        Assert.Equal(0, exitCode);
        // Before it stands what this user does not see.
        Assert.EndsWith(NotOpened("Permission denied"), error, StringComparison.Ordinal);
        var refreshes = LogRow.Read("csv", $"{Log}.1")
            .Concat(LogRow.Read("csv", Log))
            .Where(row => row.RemotePort == held.Port)
            .GroupBy(row => row.Timestamp);
        Assert.All(refreshes, refresh => Assert.Equal(held.Count, refresh.Count()));
    }

    [Fact]
    public void A_pipe_that_has_taken_the_name_is_not_waited_for()
    {
        using var log = LogProcess.StartAt(Log, "0.1");
        log.WaitForRows();
        File.Move(Log, $"{Log}.1");
        Tool.Must("mkfifo", Log);
        log.Signal(RunningProcess.UserDefined1);
        log.WaitForRows($"{Log}.1");
        log.Signal(RunningProcess.Terminate);
        Assert.Equal((0, NotOpened("No such device or address")), log.WaitForExit());
    }

    [Fact]
    public void A_log_goes_on_where_an_older_one_ended()
    {
        using var pair = new LoopbackPair();
        for (var run = 1; run <= 3; run++)
        {
            Assert.Equal(new ToolResult(0, "", ""), Tool.Run(Programs.Tcptop, "--log", Log, "--append", "-n", "1"));
            var rows = LogRow.Read("csv", Log);
            Assert.Equal(
                run, rows.Count(row => row.LocalPort == pair.ClientPort && row.RemotePort == pair.ServerPort));
            Assert.Equal(1, Headers(Log));
        }
    }

    [Fact]
    public void A_row_that_a_lost_host_left_torn_spoils_no_other()
    {
        using var pair = new LoopbackPair();
        Tool.Must(Programs.Tcptop, "--log", Log, "--append", "-n", "1");
        File.AppendAllText(Log, "2026-torn,tc");
        Assert.Equal(
            new ToolResult(0, "", $"note: log file {Log} ended in an incomplete row, which stays as it is\n"),
            Tool.Run(Programs.Tcptop, "--log", Log, "--append", "-n", "1"));
        Assert.Single(File.ReadLines(Log), line => line == "2026-torn,tc");
        // Both ends, before and after.
        var server = $",127.0.0.1,{pair.ServerPort},";
        Assert.Equal(4, File.ReadLines(Log).Count(line => line.Contains(server, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_log_that_0_1_0_wrote_goes_on()
    {
        var older = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Logs", "0.1.0.csv"));
        File.WriteAllText(Log, older);
        using var pair = new LoopbackPair();
        Assert.Equal(
            new ToolResult(0, "", ""), Tool.Run(Programs.Tcptop, "--log", Log, "--append", "-n", "1"));
        Assert.StartsWith(older, File.ReadAllText(Log), StringComparison.Ordinal);
        var rows = LogRow.Read("csv", Log);
        string[] cookies = ["7263127", "7263128", "7263127", "7263128"];
        Assert.Equal(cookies, rows.Take(cookies.Length).Select(row => row.Cookie));
        Assert.Contains(
            rows, row => row.LocalPort == pair.ClientPort && row.RemotePort == pair.ServerPort);
    }

    [Theory]
    [InlineData("a,b,c\n1,2,3\n")]
    [InlineData("timest")]
    public void A_file_of_another_form_is_left_as_it_is(string content)
    {
        File.WriteAllText(Log, content);
        var refused = Tool.Run(Programs.Tcptop, "--log", Log, "--append", "-n", "1");
        Assert.Equal((2, $"error: cannot append to log file {Log}: its first line is not the header of this log; choose another file or drop --append\n"), (refused.ExitCode, refused.Error));
        Assert.Equal(content, File.ReadAllText(Log));
    }

    [Fact]
    public void A_log_that_others_cut_to_nothing_begins_anew()
    {
        using var log = LogProcess.StartAt(Log, "0.1");
        log.WaitForRows();
        File.WriteAllText(Log, "");
        log.WaitForRows();
        Assert.NotEmpty(log.Stop());
        // No hole before it.
        Assert.StartsWith(Header, File.ReadAllText(Log), StringComparison.Ordinal);
        Assert.EndsWith("\r\n", File.ReadAllText(Log), StringComparison.Ordinal);
        Assert.Equal(1, Headers(Log));
    }

    [Theory]
    [InlineData("--batch")]
    [InlineData("--log", "-")]
    [InlineData("trace")]
    public void Where_there_is_no_log_to_be_opened_the_signal_is_no_end(params string[] way)
    {
        using var pair = new LoopbackPair();
        using var tcptop = new RunningProcess(Programs.Tcptop, way);
        int LinesOfIt()
        {
            LoopbackPair.Transfer(pair.Client, pair.Server, 1);
            return tcptop.Lines.Count(line => line.Contains($"{pair.ServerPort}", StringComparison.Ordinal)
                && line.Contains($"{pair.ClientPort}", StringComparison.Ordinal));
        }
        Eventually.True(() => LinesOfIt() > 0, "it runs");
        tcptop.Signal(RunningProcess.UserDefined1);
        var before = LinesOfIt();
        Eventually.True(() => LinesOfIt() > before + 1, "it goes on");
        tcptop.Signal(RunningProcess.Terminate);
        Assert.Equal(0, tcptop.WaitForExit().ExitCode);
    }

    private string NotOpened(string reason) =>
        $"note: cannot reopen log file {Log}: {reason}; still writing to the old file\n";

    /// <summary>As logrotate does. Returns when the new file has been begun.</summary>
    private void Rotate(LogProcess log, string name)
    {
        File.Move(Log, name);
        log.Signal(RunningProcess.UserDefined1);
        Eventually.True(() => File.Exists(Log) && new FileInfo(Log).Length > 0, "there is a new file");
    }

    private void WaitForFirstRefresh(LogProcess log, LoopbackPair pair)
    {
        var ends = $",{pair.ServerPort},127.0.0.1,{pair.ClientPort},";
        Eventually.True(
            () => File.Exists(Log) && log.Text.Contains(ends, StringComparison.Ordinal), "it has the first refresh");
    }

    private static IEnumerable<string> Times(string path) => LogRow.Read("csv", path).Select(row => row.Timestamp);

    private static int Headers(string path) =>
        File.ReadLines(path).Count(line => line.StartsWith(Header, StringComparison.Ordinal));

    /// <summary>One connection after the other, each with a byte, until it is ended.</summary>
    private sealed class ShortTraffic : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly List<int> _clients = [];
        private readonly CancellationTokenSource _ended = new();
        private Task _making = Task.CompletedTask;

        public ShortTraffic()
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, OwnPorts.Next()));
            _listener.Listen(128);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

        public void Begin() => _making = Task.Run(() =>
        {
            while (!_ended.IsCancellationRequested)
                MakeOne();
        });

        /// <summary>The ports of the clients.</summary>
        public List<int> End()
        {
            _ended.Cancel();
            _making.GetAwaiter().GetResult();
            return _clients;
        }

        public void Dispose()
        {
            _ended.Cancel();
            _listener.Dispose();
            _ended.Dispose();
        }

        private void MakeOne()
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            client.Connect(IPAddress.Loopback, Port);
            using var server = _listener.Accept();
            LoopbackPair.Send(client, 1);
            LoopbackPair.Receive(server, 1);
            _clients.Add(((IPEndPoint)client.LocalEndPoint!).Port);
        }
    }
}
