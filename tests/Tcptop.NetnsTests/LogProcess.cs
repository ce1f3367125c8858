using Tcptop.Testing;

namespace Tcptop.NetnsTests;

/// <summary>The real program writing a log to a file of its own, which goes with it.</summary>
internal sealed class LogProcess : RunningProcess
{
    private LogProcess(string path, string[] command)
        : base(command[0], command[1..]) => FilePath = path;

    public string FilePath { get; }

    public string Text => File.ReadAllText(FilePath);

    /// <summary>Returns when its programs run in the kernel: a first row is in the file.</summary>
    public static LogProcess Start(string interval = "0.2", params string[] more)
    {
        var log = StartOnly(interval, more);
        log.WaitForRows();
        return log;
    }

    public static LogProcess StartOnly(string interval, params string[] more)
    {
        var path = Path.Combine(Path.GetTempPath(), $"tcptop-{Guid.NewGuid():N}.csv");
        return new(path, [Programs.Tcptop, "--log", path, "--interval", interval, .. more]);
    }

    /// <param name="path">Where the log is to be.</param>
    /// <param name="interval">In seconds.</param>
    /// <param name="by">A command that starts it, with its arguments.</param>
    public static LogProcess StartAt(string path, string interval, params string[] by) =>
        StartAs([.. by, Programs.Tcptop], path, interval);

    /// <param name="tcptop">A command that is tcptop, with its first arguments.</param>
    /// <param name="path">Where the log is to be.</param>
    /// <param name="interval">In seconds.</param>
    public static LogProcess StartAs(string[] tcptop, string path, string interval) =>
        new(path, [.. tcptop, "--log", path, "--interval", interval]);

    /// <summary>The same, with what it says on standard error in a file, to be waited for.</summary>
    public static LogProcess StartSayingTo(string said, string[] tcptop, string path, string interval) =>
        StartAs(["sh", "-c", "said=$1; shift; exec \"$@\" 2> \"$said\"", "sh", said, .. tcptop], path, interval);

    /// <summary>A connection made for it has a row: then all that comes later will have.</summary>
    /// <param name="path">The file that it writes, where that is another by now.</param>
    public void WaitForRows(string? path = null)
    {
        path ??= FilePath;
        using var beacon = new LoopbackPair();
        var ends = $",{beacon.ServerPort},127.0.0.1,{beacon.ClientPort},";
        Eventually.True(
            () => File.Exists(path) && File.ReadAllText(path).Contains(ends, StringComparison.Ordinal),
            "the log has a row of a connection that is there",
            () => HasExited ? WaitForExit().Error : "");
    }

    /// <summary>Stops it as it should be stopped, and reads what it left.</summary>
    public IReadOnlyList<LogRow> Stop(int signal = Terminate)
    {
        Signal(signal);
        var end = WaitForExit();
        return end == (0, "")
            ? LogRow.Read("csv", FilePath)
            : throw new InvalidOperationException($"exit {end.ExitCode}: {end.Error}");
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        File.Delete(FilePath);
    }
}
