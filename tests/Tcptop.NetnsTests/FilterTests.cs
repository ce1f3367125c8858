using System.Globalization;
using System.Text.Json;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>A filter shows what it asks for and nothing else.</summary>
public sealed class FilterTests
{
    [Fact]
    public void A_port_shows_both_ends_and_no_other_connection()
    {
        using var pair = NewPair();
        using var other = NewPair();
        Assert.Equal(EndsOf(pair), Ends("--port", Text(pair.ServerPort)));
        Assert.Equal(EndsOf(pair), Ends("--port", Text(pair.ClientPort)));
    }

    [Fact]
    public void A_local_or_a_remote_port_shows_the_one_end_that_has_it_there()
    {
        using var pair = NewPair();
        Assert.Equal([(pair.ServerPort, pair.ClientPort)], Ends("--local-port", Text(pair.ServerPort)));
        Assert.Equal([(pair.ClientPort, pair.ServerPort)], Ends("--remote-port", Text(pair.ServerPort)));
        Assert.Equal([(pair.ClientPort, pair.ServerPort)],
            Ends("--local-port", Text(pair.ClientPort), "--remote-port", Text(pair.ServerPort)));
        Assert.Empty(Ends("--local-port", Text(pair.ClientPort), "--remote-port", Text(pair.ClientPort)));
    }

    [Fact]
    public void Ports_given_again_are_a_choice()
    {
        using var one = NewPair();
        using var two = NewPair();
        using var other = NewPair();
        Assert.Equal(EndsOf(one, two), Ends("--port", Text(one.ServerPort), "--port", Text(two.ServerPort)));
    }

    [Fact]
    public void A_pid_shows_the_end_of_that_process_alone()
    {
        using var server = new RunningProcess(Programs.Traffic, "serve", "127.0.0.1", Text(OwnPorts.Next()), "0");
        var serverPort = server.WaitForPort();
        using var client = new RunningProcess(Programs.Traffic, "send", "127.0.0.1", Text(serverPort), "1");
        var clientPort = client.WaitForPort();
        Assert.Equal([(clientPort, serverPort)], Ends("--pid", Text(client.Id)));
        Assert.Equal([(clientPort, serverPort)], Ends("--pid", Text(client.Id), "--port", Text(serverPort)));
        Assert.Empty(Ends("--pid", Text(client.Id), "--local-port", Text(serverPort)));
    }

    [Fact]
    public void A_part_of_a_process_name_in_any_case_shows_the_ends_of_such_processes_alone()
    {
        // "FilterName", and behind it two bytes that are not UTF-8.
        using var server = new RunningProcess(
            Programs.Traffic, "name", "46696C7465724E616D6580FF", "serve", "127.0.0.1", Text(OwnPorts.Next()), "0");
        var serverPort = server.WaitForPort();
        using var client = new RunningProcess(Programs.Traffic, "send", "127.0.0.1", Text(serverPort), "1");
        var clientPort = client.WaitForPort();
        Assert.Equal([(serverPort, clientPort)], Ends("--process", "filterNAME", "--port", Text(serverPort)));
        Assert.Equal([(clientPort, serverPort)], Ends("--process", "top.traffic", "--port", Text(serverPort)));
        Assert.Equal(2, Ends("--process", "ltern", "--process", "Traffic", "--port", Text(serverPort)).Length);
        Assert.Empty(Ends("--process", "no such name"));
    }

    [Fact]
    public void A_protocol_leaves_the_other_out_and_both_are_as_none()
    {
        using var pair = NewPair();
        var port = Text(pair.ServerPort);
        Assert.Equal(EndsOf(pair), Ends("--tcp", "--port", port));
        Assert.Empty(Ends("--udp", "--port", port));
        Assert.Equal(EndsOf(pair), Ends("--tcp", "--udp", "--port", port));
        Assert.DoesNotContain(Rows("--udp"), row => row.Protocol != "udp");
    }

    [Fact]
    public void The_summary_counts_what_the_filter_shows()
    {
        using var pair = NewPair();
        using var other = NewPair();
        var text = Tool.Must(Programs.Tcptop, "--batch", "-n", "1", "--port", Text(pair.ServerPort));
        Assert.Contains("  2 connections (2 TCP, 0 UDP)  ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_that_ends_under_a_filter_has_its_last_row()
    {
        using var server = new RunningProcess(Programs.Traffic, "serve", "127.0.0.1", Text(OwnPorts.Next()), "0");
        var port = server.WaitForPort();
        using var tcptop = new RunningProcess(
            Programs.Tcptop, "--batch", "--format", "json", "--interval", "0.2", "--port", Text(port));
        using var client = new RunningProcess(Programs.Traffic, "send", "127.0.0.1", Text(port), "1000");
        var clientPort = client.WaitForPort();
        tcptop.WaitForLine("{");
        client.Input.WriteLine();
        client.WaitForLine("sent");
        client.Input.WriteLine();
        client.WaitForLine("done");
        bool IsItsEnd(JsonRow row) => row is { Closed: true, BytesOut: 1_000 } && row.LocalPort == clientPort;
        Eventually.True(
            () => tcptop.Lines.Select(Row).Any(IsItsEnd), "the client's end is shown closed with its bytes");
        Assert.All(tcptop.Lines.Select(Row), row => Assert.True(row.LocalPort == port || row.RemotePort == port));
    }

    /// <summary>One of whose two ports each is its own: what a filter by either shows is known.</summary>
    private static LoopbackPair NewPair() => new(clientPort: OwnPorts.Next());

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Both ends of each pair, in order.</summary>
    private static (int Local, int Remote)[] EndsOf(params LoopbackPair[] pairs) =>
    [
        .. pairs
            .SelectMany(pair => new[] { (pair.ClientPort, pair.ServerPort), (pair.ServerPort, pair.ClientPort) })
            .Order(),
    ];

    /// <summary>Local and remote port of each live row, in order.</summary>
    private static (int Local, int Remote)[] Ends(params string[] filter) =>
        [.. Rows(filter).Where(row => !row.Closed).Select(row => (row.LocalPort, row.RemotePort)).Order()];

    private static IEnumerable<JsonRow> Rows(params string[] filter) =>
        Tool.Must(Programs.Tcptop, ["--batch", "--format", "json", "-n", "1", .. filter])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Row);

    private static JsonRow Row(string line) =>
        JsonSerializer.Deserialize<JsonRow>(line) ?? throw new InvalidDataException(line);
}
