using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>What the kernel says of a hundred connections, as tcptop and as ss -ti read it.</summary>
public sealed partial class SsFieldsTests
{
    private const int Pairs = 50;

    /// <summary>
    /// Field, what stands before the value in ss, and by how much its unit is larger. ss leaves out most that is zero.
    /// </summary>
    private static readonly (string Field, string Pattern, double Factor, double Absent)[] Values =
    [
        ("cwnd", @"\bcwnd:(\S+)", 1, 0),
        ("mss", @"\bmss:(\S+)", 1, 0),
        ("rtt_us", @"\brtt:([^/]+)", 1_000, 0),
        ("rttvar_us", @"\brtt:[^/]+/(\S+)", 1_000, 0),
        ("min_rtt_us", @"\bminrtt:(\S+)", 1_000, 0),
        ("receive_rtt_us", @"\brcv_rtt:(\S+)", 1_000, 0),
        ("rto_us", @"\brto:(\S+)", 1_000, 0),
        ("data_segments_out", @"\bdata_segs_out:(\S+)", 1, 0),
        ("data_segments_in", @"\bdata_segs_in:(\S+)", 1, 0),
        ("packets_out", @"(?<!data_)\bsegs_out:(\S+)", 1, 0),
        ("packets_in", @"(?<!data_)\bsegs_in:(\S+)", 1, 0),
        ("delivered", @"\bdelivered:(\S+)", 1, 0),
        ("delivery_rate", @"\bdelivery_rate (\d+)bps", 1.0 / 8, 0),
        ("pacing_rate", @"\bpacing_rate (\d+)bps", 1.0 / 8, 0),
        ("busy_ms", @"\bbusy:(\d+)ms", 1, 0),
        ("reordering", @"\breordering:(\S+)", 1, 3),
        ("lost", @"\blost:(\S+)", 1, 0),
        ("dsacks", @"\bdsack_dups:(\S+)", 1, 0),
        ("out_of_order", @"\brcv_ooopack:(\S+)", 1, 0),
        ("unread_bytes", @"^ESTAB +(\d+)", 1, 0),
        ("send_buffer", @"\btb(\d+),", 1, 0),
        ("receive_buffer", @"\brb(\d+),", 1, 0),
    ];

    [Fact]
    public void What_is_read_of_a_connection_is_what_ss_reads_of_it()
    {
        var pairs = Enumerable.Range(0, Pairs).Select(_ => new LoopbackPair()).ToList();
        using var all = new DisposableList<LoopbackPair>(pairs);
        for (var i = 0; i < Pairs; i++)
            Use(pairs[i], i);
        var ports = pairs.SelectMany(pair => new[]
        {
            (pair.ClientPort, pair.ServerPort), (pair.ServerPort, pair.ClientPort),
        }).ToHashSet();
        List<string> different = [];
        // Acknowledgements may be under way between the two readings.
        Eventually.True(
            () => (different = Differences(ports)).Count == 0, "both say the same of each",
            () => string.Join('\n', different.Take(20)));
    }

    [Fact]
    public void What_waits_to_be_sent_is_told_apart_from_what_waits_to_be_acknowledged()
    {
        using var pair = new LoopbackPair();
        pair.Client.Blocking = false;
        var written = 0L;
        try
        {
            while (true)
                written += pair.Client.Send(new byte[65_536]);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
        {
            // Neither buffer has room.
        }
        Eventually.True(
            () =>
            {
                var sender = OfTcptop(["unacked_bytes", "unsent_bytes"])[(pair.ClientPort, pair.ServerPort)];
                var reader = OfTcptop(["unread_bytes"])[(pair.ServerPort, pair.ClientPort)];
                var (unread, unsent) = (reader["unread_bytes"], sender["unsent_bytes"]);
                return unsent > 0 && unread > 0 && unread + unsent + sender["unacked_bytes"] == written;
            },
            "what was written is unread, unacknowledged or unsent");
    }

    /// <summary>Each in another way; of some, data stay unread.</summary>
    private static void Use(LoopbackPair pair, int number)
    {
        LoopbackPair.Transfer(pair.Client, pair.Server, 1 + number * 7_001);
        if (number % 2 == 0)
            LoopbackPair.Transfer(pair.Server, pair.Client, 1 + number * 307);
        if (number % 3 == 0)
            LoopbackPair.Send(pair.Client, 1_000 + number);
    }

    private static List<string> Differences(HashSet<(int, int)> ports)
    {
        var ours = OfTcptop(Values.Select(value => value.Field));
        var theirs = OfSs();
        List<string> different = [];
        foreach (var connection in ports)
        {
            foreach (var (field, pattern, factor, absent) in Values)
            {
                var match = Regex.Match(theirs[connection], pattern);
                var expected = match.Success
                    ? Math.Floor(double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * factor + 0.000_1)
                    : absent;
                if (ours[connection][field] != expected)
                    different.Add($"{connection} {field}: {ours[connection][field]}, ss {expected}");
            }
        }
        return different;
    }

    private static Dictionary<(int, int), Dictionary<string, double>> OfTcptop(IEnumerable<string> fields)
    {
        var output = Tool.Must(
            Programs.Tcptop, "--batch", "-n", "1", "--now", "--format", "json", "--tcp", "--pid",
            Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
            "--columns", string.Join(',', ["local_port", "remote_port", .. fields]));
        var rows = new Dictionary<(int, int), Dictionary<string, double>>();
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var row = JsonSerializer.Deserialize<Dictionary<string, double?>>(line)!
                .ToDictionary(field => field.Key, field => field.Value.GetValueOrDefault());
            rows[((int)row["local_port"], (int)row["remote_port"])] = row;
        }
        return rows;
    }

    private static Dictionary<(int, int), string> OfSs()
    {
        var rows = new Dictionary<(int, int), string>();
        foreach (var line in Tool.Must("ss", "-tinmHO", "state", "established").Split('\n'))
        {
            // The state is left out where only one is asked for.
            if (Ports().Match(line) is { Success: true } match)
                rows[(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture),
                    int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture))] = "ESTAB " + line;
        }
        return rows;
    }

    [GeneratedRegex(@"127\.0\.0\.1:(\d+) +127\.0\.0\.1:(\d+) ")]
    private static partial Regex Ports();
}
