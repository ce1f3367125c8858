namespace Tcptop.Collectors.Ebpf;

/// <summary>How the counters of live sockets are read.</summary>
internal enum RowSource
{
    /// <summary>One walk over all sockets that carry our note, of all network namespaces.</summary>
    SocketStorage,

    /// <summary>A walk over the kernel's table of TCP sockets in each network namespace: half as dear again, and once per namespace.</summary>
    Namespaces,
}

/// <summary>Which programs to load and what to attach, decided from what the kernel offers. Pure.</summary>
internal sealed record EbpfPlan
{
    public required RowSource Rows { get; init; }

    /// <summary>Whether namespaces are walked at every refresh, so that new ones must be noticed.</summary>
    public bool WatchNamespaces => Rows == RowSource.Namespaces;

    /// <summary>The programs of the object that are not for this host.</summary>
    public IReadOnlyList<string> LeftOut => Rows == RowSource.SocketStorage ? ["tcptop_namespace_rows"] : ["tcptop_rows", "tcptop_existing"];

    public static EbpfPlan From(KernelSupport support) => new()
    {
        Rows = support.WalksSocketStorage ? RowSource.SocketStorage : RowSource.Namespaces,
    };
}
