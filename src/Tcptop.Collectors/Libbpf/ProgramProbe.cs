using Tcptop.Linux;

namespace Tcptop.Collectors.Libbpf;

/// <summary>
/// Where in a kernel function a tracing program runs; the values are those of <c>enum bpf_attach_type</c>.
/// </summary>
public enum TracingPlace
{
    Entry = 24, // BPF_TRACE_FENTRY
    Exit = 25, // BPF_TRACE_FEXIT
}

/// <summary>Asks the kernel whether it takes a kind of program, by giving it one that does nothing.</summary>
public static unsafe class ProgramProbe
{
    private const uint CgroupSkbProgram = 8; // BPF_PROG_TYPE_CGROUP_SKB
    private const int CgroupInetIngress = 0; // BPF_CGROUP_INET_INGRESS
    private const uint CgroupSockProgram = 9; // BPF_PROG_TYPE_CGROUP_SOCK
    private const int CgroupInetSockCreate = 2; // BPF_CGROUP_INET_SOCK_CREATE
    private const uint CgroupAddressProgram = 18; // BPF_PROG_TYPE_CGROUP_SOCK_ADDR
    private const int CgroupUdp4SendMessage = 14; // BPF_CGROUP_UDP4_SENDMSG
    private const uint TracingProgram = 26; // BPF_PROG_TYPE_TRACING

    // r0 = 0; exit
    private static ReadOnlySpan<ulong> DoNothing => [0x00000000_000000B7, 0x00000000_00000095];

    /// <param name="functionId">Of <see cref="KernelTypes.FunctionId"/>.</param>
    public static bool AcceptsTracing(TracingPlace place, uint functionId) =>
        Accepts(TracingProgram,
            new LibbpfMethods.ProgramLoadOptions { ExpectedAttachType = (int)place, AttachBtfId = functionId });

    /// <summary>Programs that see the packets and the sockets of a cgroup.</summary>
    public static bool AcceptsCgroup() =>
        Accepts(CgroupSkbProgram, new LibbpfMethods.ProgramLoadOptions { ExpectedAttachType = CgroupInetIngress })
        && Accepts(
            CgroupSockProgram, new LibbpfMethods.ProgramLoadOptions { ExpectedAttachType = CgroupInetSockCreate });

    /// <summary>Programs that see the addresses of a cgroup's datagrams.</summary>
    public static bool AcceptsCgroupAddresses() =>
        Accepts(
            CgroupAddressProgram, new LibbpfMethods.ProgramLoadOptions { ExpectedAttachType = CgroupUdp4SendMessage });

    private static bool Accepts(uint type, LibbpfMethods.ProgramLoadOptions options)
    {
        options.Size = (nuint)sizeof(LibbpfMethods.ProgramLoadOptions);
        fixed (ulong* instructions = DoNothing)
        {
            var fd = LibbpfMethods.bpf_prog_load(
                type, "tcptop_probe", "GPL", instructions, (nuint)DoNothing.Length, &options);
            // Which says nothing of the kernel.
            if (KernelException.MeansShortage(-fd))
                throw new KernelException("probe what this kernel supports", -fd);
            if (fd < 0)
                return false;
            _ = NativeMethods.close(fd);
            return true;
        }
    }
}
