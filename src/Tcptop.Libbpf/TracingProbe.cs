namespace Tcptop.Libbpf;

/// <summary>Where in a kernel function a tracing program runs; the values are those of <c>enum bpf_attach_type</c>.</summary>
public enum TracingPlace
{
    Entry = 24, // BPF_TRACE_FENTRY
    Exit = 25, // BPF_TRACE_FEXIT
    Iterator = 28, // BPF_TRACE_ITER
}

/// <summary>Asks the kernel whether it takes a tracing program, by giving it one that does nothing.</summary>
public static unsafe class TracingProbe
{
    private const uint TracingProgram = 26; // BPF_PROG_TYPE_TRACING

    // r0 = 0; exit
    private static ReadOnlySpan<ulong> DoNothing => [0x00000000_000000B7, 0x00000000_00000095];

    /// <param name="functionId">Of <see cref="KernelTypes.FunctionId"/>.</param>
    public static bool Accepts(TracingPlace place, uint functionId)
    {
        var options = new NativeMethods.ProgramLoadOptions
        {
            Size = (nuint)sizeof(NativeMethods.ProgramLoadOptions),
            ExpectedAttachType = (int)place,
            AttachBtfId = functionId,
        };
        fixed (ulong* instructions = DoNothing)
        {
            var fd = NativeMethods.bpf_prog_load(TracingProgram, "tcptop_probe", "GPL", instructions, (nuint)DoNothing.Length, &options);
            if (fd < 0)
                return false;
            _ = NativeMethods.close(fd);
            return true;
        }
    }
}
