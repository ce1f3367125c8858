namespace Tcptop.Testing;

/// <summary>A connection on loopback whose client sends a little at a time until it is disposed.</summary>
public sealed class SteadyTraffic : IDisposable
{
    private const int BytesAtATime = 4_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly LoopbackPair _pair = new();
    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread _sender;

    public SteadyTraffic()
    {
        _sender = new Thread(SendUntilEnded) { IsBackground = true };
        _sender.Start();
    }

    public string Client => $"127.0.0.1:{_pair.ClientPort}";

    public string Server => $"127.0.0.1:{_pair.ServerPort}";

    /// <summary>Whether this line of the screen is the client's end of it; at least 120 columns wide.</summary>
    public bool IsClientRow(string line) => line.Contains($" {Client} ", StringComparison.Ordinal)
        && line.IndexOf(Client, StringComparison.Ordinal) < line.IndexOf(Server, StringComparison.Ordinal);

    public void Dispose()
    {
        _ended.Set();
        _sender.Join();
        _pair.CloseInOrder();
        _ended.Dispose();
    }

    private void SendUntilEnded()
    {
        while (!_ended.Wait(Pause))
            LoopbackPair.Transfer(_pair.Client, _pair.Server, BytesAtATime);
    }
}
