using Tcptop.Libbpf;

namespace Tcptop.Collectors.Ebpf;

/// <summary>The program that sees connections begin and end, and the one that sees what the kernel skipped it for.</summary>
internal sealed class LifecycleHooks : IDisposable
{
    private readonly EbpfPrograms _programs;
    private readonly BpfLink _first;
    private readonly BpfLink _skipped;

    /// <exception cref="BpfException">One of them could not be attached; none is then.</exception>
    public LifecycleHooks(EbpfPrograms programs)
    {
        _programs = programs;
        // In this order they run. Kernels that do not skip a program within itself (some before Linux 6.2) run the first for the inner change, too, which
        // leaves nothing for the second to see.
        _first = programs.Lifecycle.Attach();
        try
        {
            _skipped = programs.LifecycleSkipped.Attach();
        }
        catch (BpfException)
        {
            _first.Dispose();
            throw;
        }
    }

    /// <summary>How many changes of state neither has seen. The second is skipped only within itself, and the first has then run, or is counted.</summary>
    public ulong Skipped
    {
        get
        {
            // In this order: what is made up for has been skipped before.
            var madeUp = Volatile.Read(ref _programs.Shared.StatesMadeUp);
            return NotMadeUp(_first.Skipped, madeUp);
        }
    }

    /// <summary>The kernel counts in 64 bits, we in 32. A kernel that does not tell what it skips (before Linux 5.12) says 0.</summary>
    internal static ulong NotMadeUp(ulong skipped, uint madeUp) => (ulong)Math.Max(0, unchecked((int)((uint)skipped - madeUp)));

    public void Dispose()
    {
        _first.Dispose();
        _skipped.Dispose();
    }
}
