namespace Tcptop.Collectors.Processes;

/// <summary>Names of network devices, which an index gives only together with its network namespace.</summary>
/// <param name="lookUp">Asks the host: network namespace, index, and the pid of a process that may be in the namespace.</param>
internal sealed class InterfaceNames(Func<uint, uint, uint, string?> lookUp, TimeProvider time)
{
    /// <summary>Devices are renamed, but seldom while something goes through them.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    /// <summary>A namespace may be in reach soon, through another process.</summary>
    private static readonly TimeSpan LifetimeOfNoAnswer = TimeSpan.FromSeconds(5);

    private const uint LoopbackIndex = 1; // in every namespace, LOOPBACK_IFINDEX

    private readonly ExpiringCache<(uint NetworkNamespace, uint Index), string?> _names = new(time);

    public string? NameOf(uint networkNamespace, uint index, uint pid)
    {
        switch (index)
        {
            case 0:
                return null;
            case LoopbackIndex:
                return "lo";
        }
        if (_names.TryGet((networkNamespace, index), out var known))
            return known;
        var name = lookUp(networkNamespace, index, pid);
        return _names.Put((networkNamespace, index), name, name is null ? LifetimeOfNoAnswer : Lifetime);
    }
}
