using Tcptop.Collectors.Libbpf;
using Tcptop.Linux;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// The program that sees connections begin and end, and the one that sees sockets go, which tells the ends that the
/// kernel skipped the first for; where the plan has it, one that sees who accepts.
/// </summary>
internal sealed class LifecycleHooks : IDisposable
{
    private readonly List<BpfLink> _links = [];

    /// <exception cref="KernelException">One of them could not be attached; none is then.</exception>
    public LifecycleHooks(EbpfPrograms programs, EbpfPlan plan)
    {
        try
        {
            // In this order: a slot is freed by the first alone.
            _links.Add(programs.Destroyed.Attach());
            _links.Add(programs.Lifecycle.Attach());
            if (plan.SeesAccepts)
                _links.Add(programs.Accepted.Attach());
        }
        catch (KernelException)
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        for (var i = _links.Count - 1; i >= 0; i--)
            _links[i].Dispose();
        _links.Clear();
    }
}
