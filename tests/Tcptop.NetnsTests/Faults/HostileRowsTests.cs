using System.Globalization;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests.Faults;

/// <summary>
/// A process without rights that has very many peers and a command line that grows when it is written: memory
/// stays what it is.
/// </summary>
[Trait(FaultTests.Trait, FaultTests.Fault)]
public sealed class HostileRowsTests
{
    private const int Peers = 48_000;
    private const int AtATime = 20_000; // as count_rows.py says them
    private const int MostMegabytes = 200;

    /// <summary>Of a row: its bounded command and executable, and all that nobody chooses.</summary>
    private const int LongestRow = 4_096 + 4 * 1_024 + 1_024;

    [Theory]
    [InlineData("csv", 1_000_000)]
    [InlineData("json", 200_000)]
    public void Any_number_of_hostile_rows_is_written_in_little_memory(string format, int most)
    {
        using var ns = new IsolatedNamespace();
        var command = OrdinaryUser.PythonWithBytes(
            Script("flood_peers.py"), @"\377", 4_090, $"{Peers}");
        using var flood = ns.Start(command[0], command[1..]);
        flood.WaitForLine("ready");
        using var tcptop = new RunningProcess(
            "bash", "-c", "script=$0; exec \"$@\" > >(exec python3 \"$script\")", Script("count_rows.py"),
            Programs.Tcptop, "--batch", "--format", format, "--interval", "1", "--udp-idle", "600");
        // What comes before datagrams are counted is none of its flows.
        using var shown = new LoopbackPair();
        tcptop.WaitForLine("begun");
        flood.Input.WriteLine();
        flood.WaitForLine("sent");
        for (var rows = AtATime; rows <= most; rows += AtATime)
            tcptop.WaitForLine(string.Create(CultureInfo.InvariantCulture, $"rows {rows}"));
        var peak = PeakMegabytes(tcptop.Id);
        tcptop.Signal(RunningProcess.Terminate);
        var (exitCode, error) = tcptop.WaitForExit();
        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("rows_cut", error, StringComparison.Ordinal);
        Assert.InRange(peak, 1, MostMegabytes);
        var end = tcptop.WaitForLine("rows ");
        Eventually.True(
            () => tcptop.Lines[^1].Contains("longest", StringComparison.Ordinal), "the rows are counted", () => end);
        Assert.InRange(int.Parse(tcptop.Lines[^1].Split(' ')[3], CultureInfo.InvariantCulture), 4_000, LongestRow);
    }

    private static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "Faults", name);

    private static long PeakMegabytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status")
            .First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        var words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(words[1], CultureInfo.InvariantCulture) / 1024;
    }
}
