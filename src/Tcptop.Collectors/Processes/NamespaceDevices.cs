using System.Globalization;
using Tcptop.Libbpf;

namespace Tcptop.Collectors.Processes;

/// <summary>Asks for a device's name where its index counts: inside its network namespace.</summary>
internal sealed class NamespaceDevices
{
    private readonly NetworkNamespaceNames _names;
    private readonly uint? _own;

    public NamespaceDevices(NetworkNamespaceNames names)
    {
        _names = names;
        using var own = NetworkNamespaceHandle.TryOpen("/proc/self/ns/net");
        _own = own?.Inode;
    }

    /// <param name="pid">A process that may be in the namespace; 0 when none is known.</param>
    /// <returns>Null when there is no such device, no way to the namespace, or we may not enter it.</returns>
    public string? NameOf(uint networkNamespace, uint index, uint pid)
    {
        if (networkNamespace == _own)
            return NetworkDevices.NameOf(index);
        using var ns = Open(networkNamespace, pid);
        if (ns is null)
            return null;
        string? name = null;
        var visitor = new Thread(() => name = ns.TryEnter() ? NetworkDevices.NameOf(index) : null) { Name = "device-name" };
        visitor.Start();
        visitor.Join();
        return name;
    }

    /// <summary>By the process first, for most namespaces have no name; it may hold a socket of another namespace than its own.</summary>
    private NetworkNamespaceHandle? Open(uint inode, uint pid) =>
        (pid == 0 ? null : OpenIf(inode, string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/net")))
        ?? (_names.PathOf(inode) is { } path ? OpenIf(inode, path) : null);

    private static NetworkNamespaceHandle? OpenIf(uint inode, string path)
    {
        var ns = NetworkNamespaceHandle.TryOpen(path);
        if (ns is null || ns.Inode == inode)
            return ns;
        ns.Dispose();
        return null;
    }
}
