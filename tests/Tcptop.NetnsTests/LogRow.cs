using System.Globalization;
using System.Text;
using Tcptop.Testing;

namespace Tcptop.NetnsTests;

/// <summary>A row of a file, as python's csv or json reads it.</summary>
internal sealed record LogRow(string Timestamp, int LocalPort, int RemotePort, bool Closed, string Cookie,
    long? BytesOut, string Process, int? Pid)
{
    /// <summary>Fails where a row is torn, or of other fields than the first.</summary>
    public static IReadOnlyList<LogRow> Read(string form, string path)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Logs", "read_rows.py");
        var lines = Tool.Must("python3", script, form, path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(Parse)];
    }

    private static LogRow Parse(string line) => line.Split(' ') switch
    {
        [var timestamp, var local, var remote, var closed, var cookie, var bytes, var process, var pid] =>
            new(timestamp, Number(local)!.Value, Number(remote)!.Value, closed == "true", cookie, Number(bytes),
                process == "-" ? "" : Encoding.UTF8.GetString(Convert.FromHexString(process)), Number(pid)),
        _ => throw new InvalidDataException(line),
    };

    private static int? Number(string text) => text == "-" ? null : int.Parse(text, CultureInfo.InvariantCulture);
}
