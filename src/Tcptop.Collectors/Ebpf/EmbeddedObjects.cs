using Tcptop.Linux;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// The compiled eBPF objects as they are in this assembly's image: no copy, and there for as long as the
/// process.
/// </summary>
internal static unsafe class EmbeddedObjects
{
    private const int InvalidArgument = 22;

    public static ReadOnlySpan<byte> Connections => Find("tcptop.bpf.o");

    public static ReadOnlySpan<byte> Trace => Find("trace.bpf.o");

    private static ReadOnlySpan<byte> Find(string name)
    {
        var stream = typeof(EmbeddedObjects).Assembly.GetManifestResourceStream(name)
            ?? throw new KernelException($"find {name} in the program", InvalidArgument);
        var memory = (UnmanagedMemoryStream)stream;
        return new ReadOnlySpan<byte>(memory.PositionPointer, (int)memory.Length);
    }
}
