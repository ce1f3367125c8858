using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Tcptop.Tui.Terminal;

/// <summary>Something that one thread polls for together with the terminal, and that any other thread raises.</summary>
internal sealed class WakeSignal : IDisposable
{
    private const int Closed = -1;

    private readonly Lock _closing = new();
    private int _descriptor;

    public WakeSignal()
    {
        _descriptor = TerminalNative.OpenEvent(0, TerminalNative.EventCloseOnExec | TerminalNative.EventNonBlocking);
        if (_descriptor < 0)
            throw new TerminalException($"cannot create an event descriptor (errno {Marshal.GetLastPInvokeError()})");
    }

    public int Descriptor => _descriptor;

    public void Raise()
    {
        Span<byte> one = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(one, 1);
        // A signal handler may come late; the number of a closed descriptor may by then be another file's.
        lock (_closing)
        {
            if (_descriptor != Closed)
                _ = TerminalNative.Write(_descriptor, one, sizeof(ulong));
        }
    }

    /// <summary>Takes back what was raised so far.</summary>
    public void Clear()
    {
        Span<byte> count = stackalloc byte[sizeof(ulong)];
        _ = TerminalNative.Read(_descriptor, count, sizeof(ulong));
    }

    public void Dispose()
    {
        lock (_closing)
        {
            if (_descriptor != Closed)
                _ = TerminalNative.Close(_descriptor);
            _descriptor = Closed;
        }
    }
}
