using Tcptop.Linux.Naming;

namespace Tcptop.Collectors.Ebpf;

/// <summary>Whether programs may be attached to the root of the cgroup v2 tree.</summary>
/// <param name="Root">
/// A path to that root, if so. At a branch they would see a part of the host's datagrams.
/// </param>
/// <param name="Needs">
/// If not, or if they are refused after all, what they would need; empty where nothing is known.
/// </param>
internal sealed record CgroupHooks(string? Root, string Needs = "")
{
    internal const string NeedsTree = "a cgroup v2 tree, and none can be found here";
    internal const string NeedsRoot =
        "the root of the cgroup v2 tree, of which a branch alone is to be seen here";
    internal const string NeedsRight = "CAP_NET_ADMIN";
    internal const string NeedsKernel =
        "a kernel with CONFIG_CGROUP_BPF, and a policy that lets it be used";

    /// <param name="accepts">Asks the kernel whether it takes the programs.</param>
    public static CgroupHooks Probe(Func<bool> accepts)
    {
        if (CgroupTree.Find() is not { } tree)
            return new(null, NeedsTree);
        if (!CgroupTree.IsRoot(tree))
            return new(null, NeedsRoot);
        var mayAttach = Capabilities.OfThisThread().NetAdmin;
        // What may be loaded may still not be attached: some kernels ask for more then.
        return accepts()
            ? new(tree, mayAttach ? "" : NeedsRight)
            : new(null, mayAttach ? NeedsKernel : NeedsRight);
    }
}
