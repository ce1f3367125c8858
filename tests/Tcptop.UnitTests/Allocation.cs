using Xunit;

namespace Tcptop.UnitTests;

/// <summary>What work that is done again and again leaves for the garbage collector.</summary>
internal static class Allocation
{
    /// <summary>For what boxes until the runtime has compiled it for good, when it finds the time.</summary>
    public const int UntilCompiled = 200;

    /// <summary>
    /// The work allocates no more than this, in bytes on this thread. What it needs itself it needs
    /// each time; now and then it is charged with more, when a collection that another thread begins
    /// ends this thread's piece of the heap, 8 KiB, early.
    /// </summary>
    public static void AssertAtMost(long bytes, Action work, int attempts = 3)
    {
        var fewest = long.MaxValue;
        for (var attempt = 0; attempt < attempts && fewest > bytes; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.True(fewest <= bytes, $"allocates {fewest} bytes each time, where {bytes} are allowed");
    }
}
