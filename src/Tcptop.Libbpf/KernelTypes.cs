namespace Tcptop.Libbpf;

/// <summary>The running kernel's type information (BTF): which functions, types and tracepoints it has.</summary>
public sealed class KernelTypes : IDisposable
{
    private readonly BtfHandle _btf;

    private KernelTypes(BtfHandle btf) => _btf = btf;

    /// <summary>Null when the kernel has none, or none that may be read.</summary>
    public static KernelTypes? TryLoad()
    {
        LibbpfLog.Capture();
        var btf = NativeMethods.btf__load_vmlinux_btf();
        return btf != 0 ? new KernelTypes(new BtfHandle(btf)) : null;
    }

    /// <summary>Whether any type, function or variable has this name.</summary>
    public bool Has(string name) => NativeMethods.btf__find_by_name(_btf, name) > 0;

    public void Dispose() => _btf.Dispose();
}
