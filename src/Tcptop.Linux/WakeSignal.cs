namespace Tcptop.Linux;

/// <summary>
/// Wakes a thread that waits in poll (an eventfd). Signalled once, it stays signalled until it is cleared.
/// Any thread may signal it, at any time: also one that comes late, when it has been disposed.
/// </summary>
public sealed unsafe class WakeSignal : IDisposable
{
    internal const short Readable = 1; // POLLIN

    private const int CloseOnExec = 0x80000; // EFD_CLOEXEC
    private const int NonBlocking = 0x800; // EFD_NONBLOCK

    private readonly DescriptorHandle _descriptor;
    private readonly Lock _closing = new();
    private bool _isClosed;

    public WakeSignal()
    {
        var fd = NativeMethods.eventfd(0, CloseOnExec | NonBlocking);
        _descriptor = fd >= 0 ? new DescriptorHandle(fd) : throw KernelException.FromLastError("create an eventfd");
    }

    /// <summary>To be polled together with others.</summary>
    public int Descriptor => _descriptor.Fd;

    public void Signal()
    {
        ulong one = 1;
        // The number of a closed descriptor may be another file's by now.
        lock (_closing)
        {
            if (!_isClosed)
                _ = NativeMethods.write(Descriptor, (byte*)&one, sizeof(ulong));
        }
    }

    /// <summary>Takes back what was signalled so far.</summary>
    public void Clear()
    {
        ulong count;
        _ = NativeMethods.read(Descriptor, (byte*)&count, sizeof(ulong));
    }

    public void Dispose()
    {
        lock (_closing)
        {
            _isClosed = true;
            _descriptor.Dispose();
        }
    }
}
