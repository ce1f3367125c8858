using System.Runtime.InteropServices;
using System.Text;
using Tcptop.Linux;

namespace Tcptop.Collectors.Libbpf;

/// <summary>
/// A compiled eBPF object: opened, set up, loaded; its programs attach through <see cref="BpfProgram"/>. Not
/// thread-safe.
/// </summary>
public sealed unsafe class BpfObject : IDisposable
{
    /// <summary>What follows it in a name tells apart what kernels have under the same name.</summary>
    private const string Flavour = "___";

    private readonly BpfObjectHandle _handle;
    private readonly string _name;

    /// <summary>Until the load.</summary>
    private readonly MemoryFile? _types;

    private BpfObject(BpfObjectHandle handle, string name, MemoryFile? types) =>
        (_handle, _name, _types) = (handle, name, types);

    /// <summary>Version of libbpf at run time: <c>v1.1</c>.</summary>
    public static string LibraryVersion => Marshal.PtrToStringUTF8(LibbpfMethods.libbpf_version_string()) ?? "unknown";

    /// <param name="image">The object file; must stay in memory until <see cref="Load"/> has returned.</param>
    /// <param name="name">Prefix of the kernel's names for its data maps.</param>
    /// <param name="types">Of these libbpf gets what the object reads; null: it looks among all.</param>
    /// <exception cref="KernelException">The image is not an eBPF object that libbpf understands.</exception>
    public static BpfObject Open(ReadOnlySpan<byte> image, string name, KernelTypes? types = null)
    {
        LibbpfLog.Capture();
        _ = LibbpfLog.TakeLastWords();
        var opened = Open(image, name, excerpt: null);
        if (types is null)
            return opened;
        if (MemoryFile.TryMake("kernel-types", types.Excerpt(opened.TypeNames())) is not { } excerpt)
            return opened;
        opened.Dispose();
        return Open(image, name, excerpt);
    }

    private static BpfObject Open(ReadOnlySpan<byte> image, string name, MemoryFile? excerpt)
    {
        var utf8Name = Marshal.StringToCoTaskMemUTF8(name);
        var utf8Path = Marshal.StringToCoTaskMemUTF8(excerpt?.Path);
        try
        {
            fixed (byte* bytes = image)
            {
                var options = new LibbpfMethods.ObjectOpenOptions
                {
                    Size = (nuint)sizeof(LibbpfMethods.ObjectOpenOptions),
                    ObjectName = (byte*)utf8Name,
                    BtfCustomPath = (byte*)utf8Path,
                };
                var opened = LibbpfMethods.bpf_object__open_mem(bytes, (nuint)image.Length, &options);
                if (opened != 0)
                    return new BpfObject(new BpfObjectHandle(opened), name, excerpt);
                excerpt?.Dispose();
                throw KernelException.FromLastError($"open the eBPF object {name}", LibbpfLog.TakeLastWords());
            }
        }
        finally
        {
            Marshal.FreeCoTaskMem(utf8Name);
            Marshal.FreeCoTaskMem(utf8Path);
        }
    }

    /// <summary>Those that its programs know, its own among them, as the kernel names them.</summary>
    private HashSet<string> TypeNames()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        uint length;
        var bytes = LibbpfMethods.btf__raw_data(LibbpfMethods.bpf_object__btf(_handle), &length);
        if (bytes is null || !BtfImage.TryRead(new ReadOnlySpan<byte>(bytes, (int)length), out var image))
            return names;
        for (var at = 0; image.TryType(at, out var type); at += type.Bytes)
        {
            var name = Encoding.ASCII.GetString(image.NameAt(type.NameAt));
            var flavour = name.LastIndexOf(Flavour, StringComparison.Ordinal);
            names.Add(flavour > 0 ? name[..flavour] : name);
        }
        return names;
    }

    /// <summary>Before the load: leaves out all programs but these.</summary>
    public void LeaveOutAllBut(IReadOnlyCollection<string> programs)
    {
        for (nint program = 0; (program = LibbpfMethods.bpf_object__next_program(_handle, program)) != 0;)
        {
            var name = Marshal.PtrToStringUTF8((nint)LibbpfMethods.bpf_program__name(program));
            if (name is null || !programs.Contains(name))
                LibbpfMethods.bpf_program__set_autoload(program, false);
        }
    }

    /// <summary>
    /// Before the load, for a process without CAP_SYS_ADMIN: what may be absent from the kernel is not looked
    /// for in its modules, for which libbpf 1.1 needs that. It goes through them once only, and where it may
    /// not, its load fails; so it is made to try, for a name that is nowhere, ahead of the load.
    /// </summary>
    public void LeaveModulesAlone() =>
        _ = LibbpfMethods.bpf_program__set_attach_target(
            LibbpfMethods.bpf_object__next_program(_handle, 0), 0, "tcptop: no function");

    /// <exception cref="KernelException">The kernel refuses a program or map; the message names it.</exception>
    public void Load()
    {
        // That it looks for a function makes libbpf read the kernel's types, and keep them for the load.
        if (!KernelTypeFile.IsWhereItBelongs)
            SubstituteRoot.Run(LeaveModulesAlone);
        _ = LibbpfLog.TakeLastWords();
        var result = LibbpfMethods.bpf_object__load(_handle.DangerousGetHandle());
        _types?.Dispose();
        if (result < 0)
            throw new KernelException($"load the eBPF object {_name}", -result, LibbpfLog.TakeLastWords());
    }

    public BpfMap Map(string name)
    {
        var map = LibbpfMethods.bpf_object__find_map_by_name(_handle, name);
        return map != 0
            ? new BpfMap(map, name)
            : throw KernelException.FromLastError($"find the eBPF map {name}", LibbpfLog.TakeLastWords());
    }

    public BpfProgram Program(string name)
    {
        var program = LibbpfMethods.bpf_object__find_program_by_name(_handle, name);
        return program != 0
            ? new BpfProgram(program, name)
            : throw KernelException.FromLastError($"find the eBPF program {name}", LibbpfLog.TakeLastWords());
    }

    public void Dispose()
    {
        _handle.Dispose();
        _types?.Dispose();
    }
}
