using Tcptop.Libbpf;
using Tcptop.Model;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// What the eBPF collector needs of a kernel, by the names that its type information shows, never by version. It is asked only when a load has
/// failed: a kernel that loads the programs has all they need.
/// </summary>
internal static class KernelSupport
{
    private static readonly (string KernelName, Missing Lack)[] Requirements =
    [
        ("btf_trace_inet_sock_set_state", new Missing("the tracepoint inet_sock_set_state", "Linux 5.5 with CONFIG_DEBUG_INFO_BTF")),
        ("bpf_iter_task_file", new Missing("the iterator task_file", "Linux 5.8")),
        ("bpf_iter_tcp", new Missing("the iterator tcp", "Linux 5.9")),
        ("bpf_iter_bpf_sk_storage_map", new Missing("the iterator bpf_sk_storage_map", "Linux 5.9")),
        ("bpf_sk_storage_get_tracing", new Missing("socket storage in tracing programs", "Linux 5.11")),
        ("bpf_sock_from_file", new Missing("the helper bpf_sock_from_file", "Linux 5.11")),
        ("bpf_get_socket_ptr_cookie", new Missing("socket cookies in tracing programs", "Linux 5.12")),
    ];

    /// <summary>What this kernel lacks, the most basic first; empty when the reason must be another.</summary>
    public static IReadOnlyList<Missing> FindMissing()
    {
        using var types = KernelTypes.TryLoad();
        return types is null
            ? [new Missing("BTF (/sys/kernel/btf/vmlinux)", "a kernel built with CONFIG_DEBUG_INFO_BTF")]
            : MissingFrom(types.Has);
    }

    internal static IReadOnlyList<Missing> MissingFrom(Func<string, bool> kernelHas)
    {
        var missing = new List<Missing>();
        foreach (var (kernelName, lack) in Requirements)
        {
            if (!kernelHas(kernelName))
                missing.Add(lack);
        }
        return missing;
    }
}
