using Tcptop.Linux;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// A user namespace gives its root all capabilities, over what belongs to it alone: the kernel
/// loads no eBPF program for them.
/// </summary>
internal static class UserNamespace
{
    /// <summary>The host's has this number on every kernel (PROC_USER_INIT_INO).</summary>
    private const string OfHost = "user:[4026531837]";

    /// <summary>True as well where the kernel has no user namespaces.</summary>
    public static bool IsOfHost { get; } =
        IsHost(NetworkNamespaceHandle.ReadLink("/proc/self/ns/user", out _));

    internal static bool IsHost(string? link) => link is null or OfHost;
}
