using System.Runtime.InteropServices;
using Tcptop.Linux;

namespace Tcptop.Collectors.Libbpf;

/// <summary>An attached program. Disposing detaches it; the end of the process, however it comes, does too.</summary>
public sealed unsafe class BpfLink : IDisposable
{
    private const int Interrupted = 4;
    private const int TryAgain = 11;

    private readonly BpfLinkHandle _handle;
    private readonly nint _program;
    private readonly string _programName;

    internal BpfLink(nint link, nint program, string programName) =>
        (_handle, _program, _programName) = (new BpfLinkHandle(link), program, programName);

    /// <summary>
    /// How often the kernel did not run the program because it was running on that CPU already
    /// (<c>recursion_misses</c>). As long as the program's object is there; 0 before Linux 5.12.
    /// </summary>
    public ulong Skipped
    {
        get
        {
            LibbpfMethods.ProgramInfo info = default;
            var length = (uint)sizeof(LibbpfMethods.ProgramInfo);
            return LibbpfMethods.bpf_obj_get_info_by_fd(LibbpfMethods.bpf_program__fd(_program), &info, &length) == 0
                ? info.RecursionMisses
                : 0;
        }
    }

    /// <summary>
    /// Walks an iterator that writes nothing to its reader, from the first element to the last. Iterators
    /// over a network namespace's sockets walk the one that the calling thread is in.
    /// </summary>
    public void Walk()
    {
        var fd = LibbpfMethods.bpf_iter_create(LibbpfMethods.bpf_link__fd(_handle));
        if (fd < 0)
            throw new KernelException($"start the eBPF iterator {_programName}", -fd);
        using var iterator = new DescriptorHandle(fd);
        byte nothing;
        while (true)
        {
            var result = NativeMethods.read(fd, &nothing, 1);
            if (result >= 0)
                return;
            // The kernel breaks a walk of over a million elements with EAGAIN; the next read goes on where it stopped.
            var errno = Marshal.GetLastPInvokeError();
            if (errno is not (Interrupted or TryAgain))
                throw new KernelException($"read the eBPF iterator {_programName}", errno);
        }
    }

    public void Dispose() => _handle.Dispose();
}
