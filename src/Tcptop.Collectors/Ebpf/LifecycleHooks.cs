using Tcptop.Collectors.Libbpf;
using Tcptop.Linux;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// The program that sees connections begin and end, and the one that sees what the kernel skipped it for.
/// </summary>
internal sealed class LifecycleHooks : IDisposable
{
    /// <summary>A task may lose the CPU between the two programs, and then takes its time.</summary>
    private const int Looks = 10;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(1);

    private readonly EbpfPrograms _programs;
    private readonly BpfLink _first;
    private readonly BpfLink _skipped;
    private ulong _told;

    /// <exception cref="KernelException">One of them could not be attached; none is then.</exception>
    public LifecycleHooks(EbpfPrograms programs)
    {
        _programs = programs;
        // In this order they run. Kernels that do not skip a program within itself (some before Linux 6.2)
        // run the first for the inner change, too, which leaves nothing for the second to see.
        _first = programs.Lifecycle.Attach();
        try
        {
            _skipped = programs.LifecycleSkipped.Attach();
        }
        catch (KernelException)
        {
            _first.Dispose();
            throw;
        }
    }

    /// <summary>
    /// How many changes of state neither has seen. The second is skipped only within itself, and the first
    /// has then run, or is counted. What has just been skipped may be made up for in a moment: more than was
    /// told before is looked at again.
    /// </summary>
    public ulong Skipped
    {
        get
        {
            var skipped = Read();
            for (var look = 0; look < Looks && skipped > _told; look++)
            {
                Thread.Sleep(BetweenLooks);
                skipped = Math.Min(skipped, Read());
            }
            return _told = skipped;
        }
    }

    /// <summary>
    /// The kernel counts in 64 bits, we in 32. A kernel that does not tell what it skips (before Linux 5.12)
    /// says 0.
    /// </summary>
    internal static ulong NotMadeUp(ulong skipped, uint madeUp) =>
        (ulong)Math.Max(0, unchecked((int)((uint)skipped - madeUp)));

    private ulong Read()
    {
        // In this order: what is made up for has been skipped before.
        var madeUp = Volatile.Read(ref _programs.Shared.StatesMadeUp);
        return NotMadeUp(_first.Skipped, madeUp);
    }

    public void Dispose()
    {
        _first.Dispose();
        _skipped.Dispose();
    }
}
