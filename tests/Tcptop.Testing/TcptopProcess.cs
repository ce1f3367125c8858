using System.Globalization;
using System.Text.Json;

namespace Tcptop.Testing;

/// <summary>The real program in batch mode, printing JSON; its rows, as they come.</summary>
public sealed class TcptopProcess : RunningProcess
{
    private readonly List<JsonRow> _rows = [];

    private TcptopProcess(string[] command, (string Name, string Value)[] environment)
        : base(command[0], command[1..], environment)
    {
    }

    /// <summary>
    /// Starts it, and returns when its programs run in the kernel: a row of a connection made for it has been
    /// seen.
    /// </summary>
    public static TcptopProcess Start(double interval = 0.2, params string[] more) => Start([], [], interval, more);

    /// <summary>The same, with tables of other sizes: <c>TCPTOP_TEST_FAULTS</c>, see <c>FaultConditions</c>.</summary>
    public static TcptopProcess StartWithFaults(string sizes, double interval = 0.2) =>
        Start([], [("TCPTOP_TEST_FAULTS", sizes)], interval, []);

    /// <summary>
    /// The same, started by another command, to which it is given as the last arguments; that command gets
    /// the signals.
    /// </summary>
    public static TcptopProcess StartBy(string[] command, double interval = 0.2, params string[] more) =>
        Start(command, [], interval, more);

    private static TcptopProcess Start(
        string[] command, (string Name, string Value)[] environment, double interval, string[] more)
    {
        using var beacon = new LoopbackPair();
        var seconds = FormattableString.Invariant($"{interval}");
        var tcptop = new TcptopProcess(
            [.. command, Programs.Tcptop, "--batch", "--format", "json", "--interval", seconds, .. more], environment);
        tcptop.WaitFor(rows => rows.Any(row => row.LocalPort == beacon.ServerPort),
            "it shows a connection that was there before it");
        return tcptop;
    }

    /// <summary>All rows so far, in order.</summary>
    public IReadOnlyList<JsonRow> Rows()
    {
        foreach (var line in LinesAfter(_rows.Count))
            _rows.Add(JsonSerializer.Deserialize<JsonRow>(line) ?? throw new InvalidDataException(line));
        return _rows;
    }

    public IReadOnlyList<JsonRow> WaitFor(Func<IReadOnlyList<JsonRow>, bool> condition, string promise)
    {
        Eventually.True(() => condition(Rows()), promise,
            () => $"{Rows().Count} rows; the last: {string.Join('\n', Lines.TakeLast(6))}");
        return Rows();
    }

    /// <summary>
    /// The last row of the connection between two ports, as the side with <paramref name="localPort"/> sees
    /// it.
    /// </summary>
    public JsonRow WaitForClosed(int localPort, int remotePort) => WaitForAllClosed(localPort, remotePort, 1)[0];

    public IReadOnlyList<JsonRow> WaitForAllClosed(int localPort, int remotePort, int count)
    {
        bool IsWanted(JsonRow row) => row.Closed && row.LocalPort == localPort && row.RemotePort == remotePort;
        var rows = WaitFor(
            rows => rows.Count(IsWanted) >= count,
            $"{count} connections {localPort} -> {remotePort} are shown closed");
        return [.. rows.Where(IsWanted)];
    }

    /// <summary>Stops it in order; what it said that it lost, by name.</summary>
    public IReadOnlyDictionary<string, long> StopAndReadLosses()
    {
        const string Note = "note: lost: ";
        Signal(Terminate);
        var (exitCode, error) = WaitForExit();
        var losses = new Dictionary<string, long>();
        foreach (var line in error.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (exitCode != 0 || !line.StartsWith(Note, StringComparison.Ordinal))
                throw new InvalidOperationException($"exit {exitCode}: {error}");
            var words = line[Note.Length..].Split(": ");
            // The last that is said of one is all of it.
            losses[words[0]] = long.Parse(words[1], CultureInfo.InvariantCulture);
        }
        return losses;
    }

    /// <summary>A live row that fulfils the condition.</summary>
    public JsonRow WaitForLive(int localPort, int remotePort, Func<JsonRow, bool> condition, string promise)
    {
        bool IsWanted(JsonRow row) =>
            !row.Closed && row.LocalPort == localPort && row.RemotePort == remotePort && condition(row);
        return WaitFor(rows => rows.Any(IsWanted), promise).First(IsWanted);
    }
}
