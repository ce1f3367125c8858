using System.Runtime.InteropServices;

namespace Tcptop.Libbpf;

/// <summary>A compiled eBPF object: opened, set up, loaded; its programs attach through <see cref="BpfProgram"/>. Not thread-safe.</summary>
public sealed unsafe class BpfObject : IDisposable
{
    private readonly BpfObjectHandle _handle;
    private readonly string _name;

    private BpfObject(BpfObjectHandle handle, string name) => (_handle, _name) = (handle, name);

    /// <summary>Version of libbpf at run time: <c>v1.1</c>.</summary>
    public static string LibraryVersion => Marshal.PtrToStringUTF8(NativeMethods.libbpf_version_string()) ?? "unknown";

    /// <param name="image">The object file; must stay in memory until <see cref="Load"/> has returned.</param>
    /// <param name="name">Prefix of the kernel's names for its data maps.</param>
    /// <exception cref="BpfException">The image is not an eBPF object that libbpf understands.</exception>
    public static BpfObject Open(ReadOnlySpan<byte> image, string name)
    {
        LibbpfLog.Capture();
        _ = LibbpfLog.TakeLastWords();
        var utf8Name = Marshal.StringToCoTaskMemUTF8(name);
        try
        {
            fixed (byte* bytes = image)
            {
                var options = new NativeMethods.ObjectOpenOptions { Size = (nuint)sizeof(NativeMethods.ObjectOpenOptions), ObjectName = (byte*)utf8Name };
                var opened = NativeMethods.bpf_object__open_mem(bytes, (nuint)image.Length, &options);
                return opened != 0
                    ? new BpfObject(new BpfObjectHandle(opened), name)
                    : throw BpfException.FromLastError($"open the eBPF object {name}");
            }
        }
        finally
        {
            Marshal.FreeCoTaskMem(utf8Name);
        }
    }

    /// <summary>Before the load: leaves out all programs but these.</summary>
    public void LeaveOutAllBut(IReadOnlyCollection<string> programs)
    {
        for (var program = NativeMethods.bpf_object__next_program(_handle, 0); program != 0; program = NativeMethods.bpf_object__next_program(_handle, program))
        {
            var name = Marshal.PtrToStringUTF8((nint)NativeMethods.bpf_program__name(program));
            if (name is null || !programs.Contains(name))
                NativeMethods.bpf_program__set_autoload(program, false);
        }
    }

    /// <summary>
    /// Before the load, for a process without CAP_SYS_ADMIN: what may be absent from the kernel is not looked for in its modules, for which libbpf 1.1 needs
    /// that. It goes through them once only, and where it may not, its load fails; so it is made to try, for a name that is nowhere, ahead of the load.
    /// </summary>
    public void LeaveModulesAlone() =>
        _ = NativeMethods.bpf_program__set_attach_target(NativeMethods.bpf_object__next_program(_handle, 0), 0, "tcptop: no function");

    /// <exception cref="BpfException">The kernel refuses a program or map; the message names it.</exception>
    public void Load()
    {
        // That it looks for a function makes libbpf read the kernel's types, and keep them for the load.
        if (!KernelTypeFile.IsWhereItBelongs)
            SubstituteRoot.Run(LeaveModulesAlone);
        _ = LibbpfLog.TakeLastWords();
        var result = NativeMethods.bpf_object__load(_handle.DangerousGetHandle());
        if (result < 0)
            throw new BpfException($"load the eBPF object {_name}", -result, LibbpfLog.TakeLastWords());
    }

    public BpfMap Map(string name)
    {
        var map = NativeMethods.bpf_object__find_map_by_name(_handle, name);
        return map != 0 ? new BpfMap(map, name) : throw BpfException.FromLastError($"find the eBPF map {name}");
    }

    public BpfProgram Program(string name)
    {
        var program = NativeMethods.bpf_object__find_program_by_name(_handle, name);
        return program != 0 ? new BpfProgram(program, name) : throw BpfException.FromLastError($"find the eBPF program {name}");
    }

    public void Dispose() => _handle.Dispose();
}
