using System.Globalization;
using System.Text.Json;

namespace Tcptop.Testing;

/// <summary>
/// A line of <c>tcptop trace --format json</c>; <see cref="What"/> is all of it that a test knows beforehand.
/// </summary>
public sealed record TraceRow(string What, int? Pid, string? Process, string? LocalAddress, string? RemoteAddress,
    long? RttUs, string? Cookie, long NetworkNamespace)
{
    public static TraceRow Parse(string line)
    {
        var json = JsonDocument.Parse(line).RootElement;
        string? Text(string name) => json.GetProperty(name).GetString();
        long? Number(string name) =>
            json.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetInt64() : null;
        var detail = Text("event") == "state"
            ? $"{Text("old_state")}->{Text("new_state")}"
            : Number("bytes")!.Value.ToString(CultureInfo.InvariantCulture);
        return new TraceRow(
            $"{Text("proto")} {Text("event")} {Number("local_port")} {Number("remote_port")} {detail}",
            (int?)Number("pid"), Text("process"), Text("local_addr"), Text("remote_addr"), Number("rtt_us"),
            Text("cookie"), Number("netns")!.Value);
    }

    /// <summary>As <see cref="What"/> of a call.</summary>
    public static string Call(string protocol, string happened, int localPort, int? remotePort, int bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{protocol} {happened} {localPort} {remotePort} {bytes}");
}

/// <summary>The real program tracing, printing JSON; its events, as they come.</summary>
public sealed class TraceProcess : RunningProcess
{
    private readonly List<TraceRow> _rows = [];

    private TraceProcess(string[] command)
        : base(command[0], command[1..])
    {
    }

    /// <summary>Starts it, and returns when its programs run in the kernel.</summary>
    /// <param name="beacon">Makes an event that passes the filter; tried until one is seen.</param>
    /// <param name="arguments">Behind <c>trace --format json</c>.</param>
    public static TraceProcess Start(Action beacon, params string[] arguments) => StartBy([], beacon, arguments);

    /// <summary>
    /// The same, started by another command, to which it is given as the last arguments; that command gets
    /// the signals.
    /// </summary>
    public static TraceProcess StartBy(string[] command, Action beacon, params string[] arguments)
    {
        var trace = new TraceProcess([.. command, Programs.Tcptop, "trace", "--format", "json", .. arguments]);
        try
        {
            Eventually.True(
                () =>
                {
                    beacon();
                    return trace.Lines.Count != 0 || trace.HasExited;
                },
                "it shows an event");
            return trace;
        }
        catch
        {
            trace.Dispose();
            throw;
        }
    }

    /// <summary>All events so far, in order.</summary>
    public IReadOnlyList<TraceRow> Rows()
    {
        foreach (var line in LinesAfter(_rows.Count))
            _rows.Add(TraceRow.Parse(line));
        return _rows;
    }

    /// <summary>The events of sockets with this local port, once there are so many.</summary>
    public IReadOnlyList<TraceRow> WaitFor(int localPort, int count)
    {
        bool IsWanted(TraceRow row) => row.What.Split(' ')[2] == localPort.ToString(CultureInfo.InvariantCulture);
        Eventually.True(
            () => Rows().Count(IsWanted) >= count,
            $"{count} events of port {localPort} are shown",
            () => string.Join('\n', Rows().Where(IsWanted).Select(row => row.What)));
        return [.. Rows().Where(IsWanted)];
    }

    /// <summary>Stops it in order; all events that there were, and what it said on standard error.</summary>
    public (IReadOnlyList<TraceRow> Rows, string Error) Stop()
    {
        Signal(Terminate);
        var (exitCode, error) = WaitForExit();
        if (exitCode != 0)
            throw new InvalidOperationException($"exit {exitCode}: {error}");
        return (Rows(), error);
    }
}
