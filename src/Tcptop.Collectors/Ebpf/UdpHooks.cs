using Tcptop.Collectors.Libbpf;
using Tcptop.Linux;

namespace Tcptop.Collectors.Ebpf;

/// <summary>The programs that count datagrams, attached.</summary>
internal sealed class UdpHooks : IDisposable
{
    private readonly List<BpfLink> _links = [];

    /// <exception cref="KernelException">One of them could not be attached; none is then.</exception>
    public UdpHooks(EbpfPrograms programs, EbpfPlan plan)
    {
        try
        {
            // Before arrivals are counted, so that none that is refused is taken for received.
            _links.Add(programs.UdpDrop.Attach());
            if (plan.Udp == UdpSource.Functions)
            {
                foreach (var program in programs.UdpFunctions)
                    _links.Add(program.Attach());
            }
            if (plan is { Udp: UdpSource.Cgroup, CgroupRoot: { } root })
            {
                foreach (var program in programs.UdpCgroup)
                    _links.Add(program.AttachToCgroup(root));
            }
        }
        catch (KernelException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How often the kernel did not run one of them.</summary>
    public ulong Skipped
    {
        get
        {
            ulong skipped = 0;
            foreach (var link in _links)
                skipped += link.Skipped;
            return skipped;
        }
    }

    public void Dispose()
    {
        foreach (var link in _links)
            link.Dispose();
    }
}
