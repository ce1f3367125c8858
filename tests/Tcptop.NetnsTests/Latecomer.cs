using Tcptop.Testing;

namespace Tcptop.NetnsTests;

/// <summary>tcptop, started once, when the test has come to where it shall.</summary>
internal sealed class Latecomer(double interval) : IDisposable
{
    private TcptopProcess? _tcptop;

    public TcptopProcess Started =>
        _tcptop ?? throw new InvalidOperationException("It has not been started.");

    /// <summary>For the second time it does nothing.</summary>
    public void Start() => _tcptop ??= TcptopProcess.Start(interval);

    public void Dispose() => _tcptop?.Dispose();
}
