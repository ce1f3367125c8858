using System.Globalization;
using System.Net;
using System.Text.Json;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>Runs of few refreshes, and of chosen rows of them.</summary>
public sealed class OneSnapshotTests
{
    private static readonly string OwnPid = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    [Fact]
    public void One_snapshot_has_rates_and_what_ended_while_they_were_measured()
    {
        using var traffic = new SteadyTraffic();
        using var passing = new PassingConnections();
        var rows = Rows("-n", "1");
        Assert.Single(rows.Select(row => row.Timestamp).Distinct());
        Assert.NotNull(ClientOf(rows, traffic).RateOut);
        Assert.Contains(rows, row => row.Closed && row.RemotePort == passing.Port);
        Assert.Contains(rows, row => row.Closed && row.LocalPort == passing.Port);
    }

    [Fact]
    public void A_snapshot_at_once_has_no_rates()
    {
        using var traffic = new SteadyTraffic();
        var rows = Rows("-n", "1", "--now");
        var client = ClientOf(rows, traffic);
        Assert.False(client.Closed);
        Assert.NotNull(client.BytesOut);
        Assert.All(rows, row => Assert.Equal((null, null), (row.RateIn, row.RateOut)));
    }

    [Fact]
    public void Two_snapshots_are_printed_from_the_first_on()
    {
        using var traffic = new SteadyTraffic();
        var rows = Rows("-n", "2", "--interval", "0.5");
        var (client, server) = (PortOf(traffic.Client), PortOf(traffic.Server));
        var own = rows.Where(row => row.LocalPort == client && row.RemotePort == server);
        Assert.Equal([false, true], own.Select(row => row.RateOut is not null));
    }

    [Fact]
    public void Only_ends_are_printed_where_only_they_are_wanted()
    {
        using var idle = new LoopbackPair();
        using var traffic = new SteadyTraffic();
        using var passing = new PassingConnections();
        var rows = Rows("-n", "5", "--interval", "0.2", "--closed-only");
        Assert.All(rows, row => Assert.True(row.Closed));
        Assert.Contains(rows, row => row.RemotePort == passing.Port);
        Assert.Equal(rows.Count, rows.Select(row => row.Cookie).Distinct().Count());
        Assert.DoesNotContain(rows, row => IsOf(row, idle));
    }

    [Fact]
    public void Where_only_changes_are_wanted_a_busy_connection_is_there_and_an_idle_one_is_not()
    {
        using var idle = new LoopbackPair();
        using var traffic = new SteadyTraffic();
        var rows = Rows("-n", "1", "--changed");
        Assert.False(ClientOf(rows, traffic).Closed);
        Assert.DoesNotContain(rows, row => IsOf(row, idle));
        Assert.Contains(Rows("-n", "1"), row => IsOf(row, idle));
    }

    [Fact]
    public void Of_the_first_one_alone_a_single_live_row_is_printed_with_all_ends()
    {
        using var idle = new LoopbackPair();
        using var traffic = new SteadyTraffic();
        using var passing = new PassingConnections();
        var rows = Rows("-n", "1", "--top", "1");
        Assert.Single(rows, row => !row.Closed);
        Assert.Contains(rows, row => row.Closed && row.RemotePort == passing.Port);
        Assert.True(rows.Count(row => row.Closed) > 1);
    }

    [Fact]
    public void The_first_live_row_is_that_which_the_order_has_first()
    {
        using var idle = new LoopbackPair();
        using var traffic = new SteadyTraffic();
        var rows = Rows("-n", "1", "--top", "1", "--sort", "bytes_out");
        var busiest = Assert.Single(rows, row => !row.Closed);
        Assert.NotEqual(0, busiest.BytesOut);
        Assert.False(IsOf(busiest, idle));
    }

    /// <summary>The cookies are in the other order, which is that of rows of which the host has said nothing.</summary>
    [Fact]
    public void The_first_row_of_an_order_that_the_host_knows_is_the_first_of_all()
    {
        using var listener = TcpPair.Listen(new IPEndPoint(IPAddress.Loopback, OwnPorts.Next()));
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using var later = new RunningProcess("python3",
            ["-c", $"import socket, time; s = socket.create_connection(('127.0.0.1', {port})); time.sleep(60)"]);
        using var accepted = listener.Accept();
        string[] flags = ["-n", "1", "--port", $"{port}", "--top", "1", "--sort"];
        Assert.Equal(Environment.ProcessId, Assert.Single(RowsOf([.. flags, "process_started"])).Pid);
        Assert.Equal(later.Id, Assert.Single(RowsOf([.. flags, "-process_started"])).Pid);
    }

    private static List<JsonRow> Rows(params string[] flags) => RowsOf(["--pid", OwnPid, .. flags]);

    private static List<JsonRow> RowsOf(string[] flags)
    {
        var lines = Tool.Must(Programs.Tcptop, ["--batch", "--format", "json", .. flags]);
        var rows = new List<JsonRow>();
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            rows.Add(JsonSerializer.Deserialize<JsonRow>(line) ?? throw new InvalidDataException(line));
        return rows;
    }

    /// <summary>That end of it which sends.</summary>
    private static JsonRow ClientOf(List<JsonRow> rows, SteadyTraffic traffic)
    {
        var (client, server) = (PortOf(traffic.Client), PortOf(traffic.Server));
        return Assert.Single(rows, row => row.LocalPort == client && row.RemotePort == server);
    }

    private static bool IsOf(JsonRow row, LoopbackPair pair) =>
        row.LocalPort == pair.ServerPort || row.RemotePort == pair.ServerPort;

    private static int PortOf(string end) =>
        int.Parse(end.AsSpan(end.LastIndexOf(':') + 1), CultureInfo.InvariantCulture);
}

/// <summary>One connection after the other to the same port, each of which moves a little and ends.</summary>
internal sealed class PassingConnections : IDisposable
{
    private const int Bytes = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread _maker;

    public PassingConnections()
    {
        _maker = new Thread(MakeUntilEnded) { IsBackground = true };
        _maker.Start();
    }

    public int Port { get; } = OwnPorts.Next();

    public void Dispose()
    {
        _ended.Set();
        _maker.Join();
        _ended.Dispose();
    }

    private void MakeUntilEnded()
    {
        while (!_ended.Wait(Pause))
        {
            using var pair = new LoopbackPair(serverPort: Port);
            LoopbackPair.Transfer(pair.Client, pair.Server, Bytes);
            pair.Reset();
        }
    }
}
