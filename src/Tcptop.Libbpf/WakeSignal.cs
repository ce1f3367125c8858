namespace Tcptop.Libbpf;

/// <summary>Wakes a thread that waits in poll (an eventfd). Signalled once, it stays signalled.</summary>
public sealed unsafe class WakeSignal : IDisposable
{
    internal const short Readable = 1; // POLLIN

    private const int CloseOnExec = 0x80000; // EFD_CLOEXEC

    private readonly DescriptorHandle _descriptor;

    public WakeSignal()
    {
        var fd = NativeMethods.eventfd(0, CloseOnExec);
        _descriptor = fd >= 0 ? new DescriptorHandle(fd) : throw BpfException.FromLastError("create an eventfd");
    }

    internal int Fd => _descriptor.Fd;

    public void Signal()
    {
        ulong one = 1;
        _ = NativeMethods.write(Fd, (byte*)&one, sizeof(ulong));
    }

    /// <summary>True when it was signalled before the time had passed.</summary>
    public bool Wait(TimeSpan timeout)
    {
        var fd = new NativeMethods.PollFd { Fd = Fd, Events = Readable };
        return NativeMethods.poll(&fd, 1, (int)timeout.TotalMilliseconds) > 0;
    }

    public void Dispose() => _descriptor.Dispose();
}
