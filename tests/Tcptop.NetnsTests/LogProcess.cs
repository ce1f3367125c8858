using Tcptop.Testing;

namespace Tcptop.NetnsTests;

/// <summary>The real program writing a log to a file of its own, which goes with it.</summary>
internal sealed class LogProcess : RunningProcess
{
    private LogProcess(string path, string[] arguments)
        : base(Programs.Tcptop, ["--log", path, .. arguments]) => FilePath = path;

    public string FilePath { get; }

    public string Text => File.ReadAllText(FilePath);

    /// <summary>Returns when its programs run in the kernel: a first row is in the file.</summary>
    public static LogProcess Start(string interval = "0.2", params string[] more)
    {
        var log = StartOnly(interval, more);
        log.WaitForRows();
        return log;
    }

    public static LogProcess StartOnly(string interval, params string[] more) =>
        new(Path.Combine(Path.GetTempPath(), $"tcptop-{Guid.NewGuid():N}.csv"), ["--interval", interval, .. more]);

    /// <summary>A connection made for it has a row: then all that comes later will have.</summary>
    private void WaitForRows()
    {
        using var beacon = new LoopbackPair();
        Eventually.True(
            () => File.Exists(FilePath) && Text.Contains($",{beacon.ClientPort},127.0.0.1,", StringComparison.Ordinal),
            "the log has a row of a connection that is there",
            () => HasExited ? WaitForExit().Error : "");
    }

    /// <summary>Stops it as it should be stopped, and reads what it left.</summary>
    public IReadOnlyList<LogRow> Stop(int signal = Terminate)
    {
        Signal(signal);
        var end = WaitForExit();
        return end == (0, "") ? LogRow.Read("csv", FilePath) : throw new InvalidOperationException($"exit {end.ExitCode}: {end.Error}");
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        File.Delete(FilePath);
    }
}
