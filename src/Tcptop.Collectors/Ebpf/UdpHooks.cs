using Tcptop.Libbpf;

namespace Tcptop.Collectors.Ebpf;

/// <summary>The programs that count datagrams, attached.</summary>
internal sealed class UdpHooks : IDisposable
{
    private readonly List<BpfLink> _links = [];

    /// <exception cref="BpfException">One of them could not be attached; none is then.</exception>
    public UdpHooks(EbpfPrograms programs, EbpfPlan plan)
    {
        try
        {
            if (plan.CgroupRoot is { } root)
            {
                _links.Add(programs.UdpOpen.AttachToCgroup(root));
                _links.Add(programs.UdpClose.AttachToCgroup(root));
            }
            if (plan.Udp == UdpSource.Functions)
            {
                foreach (var program in programs.UdpFunctions)
                    _links.Add(program.Attach());
            }
            if (plan is { Udp: UdpSource.Cgroup, CgroupRoot: { } packets })
            {
                _links.Add(programs.UdpDrop.Attach());
                _links.Add(programs.UdpEgress.AttachToCgroup(packets));
                _links.Add(programs.UdpIngress.AttachToCgroup(packets));
            }
        }
        catch (BpfException)
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var link in _links)
            link.Dispose();
    }
}
