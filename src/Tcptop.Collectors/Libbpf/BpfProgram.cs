using Tcptop.Linux;

namespace Tcptop.Collectors.Libbpf;

/// <summary>A program of an object, valid as long as the object is.</summary>
public readonly unsafe struct BpfProgram
{
    private const int CloseOnExec = 0x80000; // O_CLOEXEC; O_DIRECTORY is another number on each architecture

    private readonly nint _program;
    private readonly string _name;

    internal BpfProgram(nint program, string name) => (_program, _name) = (program, name);

    /// <summary>Before the load: leaves this program out.</summary>
    public void LeaveOut() => LibbpfMethods.bpf_program__set_autoload(_program, false);

    /// <summary>Runs it once, on this thread, with a context of its own.</summary>
    public void Run<T>(T context)
        where T : unmanaged
    {
        var options = new LibbpfMethods.RunOptions
        {
            Size = (nuint)sizeof(LibbpfMethods.RunOptions),
            ContextIn = &context,
            ContextInBytes = (uint)sizeof(T),
        };
        var result = LibbpfMethods.bpf_prog_test_run_opts(LibbpfMethods.bpf_program__fd(_program), &options);
        if (result < 0)
            throw new KernelException($"run the eBPF program {_name}", -result);
    }

    /// <summary>Attaches where its section name says.</summary>
    public BpfLink Attach()
    {
        var link = LibbpfMethods.bpf_program__attach(_program);
        return link != 0
            ? new BpfLink(link, _program, _name)
            : throw KernelException.FromLastError($"attach the eBPF program {_name}", LibbpfLog.TakeLastWords());
    }

    /// <summary>
    /// Attaches to a cgroup, given by its directory; it then runs for those below, too, beside the programs
    /// of others.
    /// </summary>
    public BpfLink AttachToCgroup(string directory)
    {
        var fd = NativeMethods.open(directory, CloseOnExec);
        if (fd < 0)
            throw KernelException.FromLastError($"open the cgroup {directory}", LibbpfLog.TakeLastWords());
        using var cgroup = new DescriptorHandle(fd);
        var link = LibbpfMethods.bpf_program__attach_cgroup(_program, fd);
        return link != 0 ? new BpfLink(link, _program, _name) : throw KernelException
            .FromLastError($"attach the eBPF program {_name} to the cgroup {directory}", LibbpfLog.TakeLastWords());
    }

    /// <summary>Attaches an iterator.</summary>
    public BpfLink AttachIterator()
    {
        var link = LibbpfMethods.bpf_program__attach_iter(_program, null);
        return link != 0
            ? new BpfLink(link, _program, _name)
            : throw KernelException.FromLastError($"attach the eBPF iterator {_name}", LibbpfLog.TakeLastWords());
    }
}
