using Tcptop.Testing;

namespace Tcptop.NetnsTests;

/// <summary>
/// A UDP socket in a process of its own that makes the calls it is told to, also those that .NET
/// has not: calls.py.
/// </summary>
internal sealed class DatagramCalls : IDisposable
{
    private readonly RunningProcess _process;
    private int _told;

    /// <param name="place">Where; null: here.</param>
    public DatagramCalls(int family, IsolatedNamespace? place = null)
    {
        string[] script =
            [Path.Combine(AppContext.BaseDirectory, "Datagrams", "calls.py"), $"{family}"];
        _process = place is null
            ? new RunningProcess("python3", script)
            : place.Start("python3", script);
        Cookie = _process.WaitForLine("cookie ");
        Port = _process.WaitForPort();
    }

    public string Cookie { get; }

    public int Port { get; }

    public int ProcessId => _process.Id;

    public void Do(params string[] orders)
    {
        foreach (var order in orders)
        {
            var answer = Try(order);
            if (!answer.StartsWith("done ", StringComparison.Ordinal))
                throw new InvalidOperationException($"'{order}': {answer}");
        }
    }

    /// <summary>Returns what came of it.</summary>
    public string Try(string order)
    {
        _process.Input.WriteLine(order);
        _told++;
        string[] answers = [];
        Eventually.True(() => (answers = Answers()).Length == _told, $"it is told of '{order}'");
        return answers[^1];
    }

    public void Close()
    {
        _process.Input.Close();
        _process.WaitForExit();
    }

    public void Dispose() => _process.Dispose();

    private string[] Answers() => [.. _process.Lines.Where(line => IsAnswer(line.Split(' ')[0]))];

    private static bool IsAnswer(string word) => word is "done" or "failed";
}
