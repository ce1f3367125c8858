using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>The least round-trip time, beside what ss reads of the same socket.</summary>
public sealed partial class MinRttTests
{
    private const double MicrosecondsInMillisecond = 1_000;

    [Fact]
    public void The_least_round_trip_time_is_that_of_ss()
    {
        using var pair = new LoopbackPair();
        LoopbackPair.Transfer(pair.Client, pair.Server, 100_000);
        LoopbackPair.Transfer(pair.Server, pair.Client, 100_000);
        (long? Tcptop, long? Ss) read = default;
        // Acknowledgements may still be under way between the two readings.
        Eventually.True(
            () => (read = (OfTcptop(pair), OfSs(pair))) is { Tcptop: { } one, Ss: { } other } && one == other,
            "both say the same",
            () => $"tcptop {read.Tcptop}, ss {read.Ss}");
        Assert.True(read.Tcptop > 0);
    }

    private static long? OfTcptop(LoopbackPair pair)
    {
        var output = Tool.Must(
            Programs.Tcptop, "--batch", "-n", "1", "--now", "--format", "json",
            "--columns", "local_port,remote_port,min_rtt_us",
            "--local-port", Text(pair.ClientPort), "--remote-port", Text(pair.ServerPort));
        var line = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        using var parsed = JsonDocument.Parse(line);
        var row = parsed.RootElement;
        Assert.Equal(
            "local_port,remote_port,min_rtt_us",
            string.Join(',', row.EnumerateObject().Select(property => property.Name)));
        Assert.Equal(pair.ClientPort, row.GetProperty("local_port").GetInt32());
        Assert.Equal(pair.ServerPort, row.GetProperty("remote_port").GetInt32());
        var time = row.GetProperty("min_rtt_us");
        return time.ValueKind == JsonValueKind.Null ? null : time.GetInt64();
    }

    /// <summary>It has milliseconds with as many decimals as there are.</summary>
    private static long? OfSs(LoopbackPair pair)
    {
        var (client, server) = (Text(pair.ClientPort), Text(pair.ServerPort));
        var output = Tool.Must("ss", "-tinH", "sport", "=", $":{client}", "and", "dport", "=", $":{server}");
        var found = LeastTime().Match(output);
        if (!found.Success)
            return null;
        var milliseconds = double.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        return (long)Math.Round(milliseconds * MicrosecondsInMillisecond);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\bminrtt:([\d.e+-]+)")]
    private static partial Regex LeastTime();
}
