using System.Text;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests.Faults;

/// <summary>300 network namespaces come, each with a connection, and go.</summary>
[Trait(FaultTests.Trait, FaultTests.Fault)]
public sealed class ManyNamespacesTests : IDisposable
{
    private const int Count = 300;

    private readonly string _prefix = $"tcptop-{Environment.ProcessId}-many-";
    private readonly string _batch = Path.GetTempFileName();

    public void Dispose()
    {
        ForEach("delete", force: true);
        File.Delete(_batch);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("--all")]
    public void Connections_in_all_of_them_are_told_to_the_byte_and_nothing_stays_of_them(string? flag)
    {
        using var tcptop = TcptopProcess.Start(interval: 0.5, more: flag is null ? [] : [flag]);
        var files = CountFiles(tcptop);
        ForEach("add");
        using var made = new RunningProcess("python3",
            Path.Combine(AppContext.BaseDirectory, "Faults", "connect_in_namespaces.py"), _prefix, $"{Count}");
        made.WaitForLine("made");
        bool IsSender(JsonRow row) => row is { RemotePort: 9, RemoteAddress: "127.0.0.1" } && row.Pid == made.Id;
        int NamespacesIn(IReadOnlyList<JsonRow> rows) =>
            rows.Where(row => IsSender(row) && !row.Closed).Select(row => row.NetworkNamespace).Distinct().Count();
        tcptop.WaitFor(rows => NamespacesIn(rows) == Count, "each of them has a live connection");
        made.Input.WriteLine();
        made.WaitForLine("closed");
        bool IsClosed(JsonRow row) => row.Closed && IsSender(row);
        var rows = tcptop.WaitFor(rows => rows.Count(IsClosed) >= Count, "all are shown closed");
        var closed = rows.Where(IsClosed).ToList();
        Assert.Equal(
            Enumerable.Range(1_000, Count).Select(bytes => (long?)bytes), closed.Select(row => row.BytesOut).Order());
        Assert.Equal(Count, closed.Select(row => row.NetworkNamespace).Distinct().Count());
        made.Input.Close();
        made.WaitForExit();
        ForEach("delete");

        using var later = new LoopbackPair();
        tcptop.WaitForLive(later.ClientPort, later.ServerPort, row => row.RateOut is not null, "it goes on");
        // An open file would keep a namespace alive.
        Eventually.True(() => CountFiles(tcptop) <= files, $"it has its {files} files open as before",
            () => $"{CountFiles(tcptop)}");
        Assert.Empty(tcptop.StopAndReadLosses());
    }

    /// <summary>
    /// Without the program's own parts, which the runtime of a debug build opens as it needs them.
    /// </summary>
    private static int CountFiles(TcptopProcess tcptop) =>
        new DirectoryInfo($"/proc/{tcptop.Id}/fd").GetFiles()
            .Count(file => file.LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) != true);

    private void ForEach(string deed, bool force = false)
    {
        var lines = new StringBuilder();
        for (var i = 0; i < Count; i++)
            lines.Append($"netns {deed} {_prefix}{i}\n");
        File.WriteAllText(_batch, lines.ToString());
        if (force)
            Tool.Run("ip", "-force", "-batch", _batch);
        else
            Tool.Must("ip", "-batch", _batch);
    }
}
