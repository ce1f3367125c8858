using System.Diagnostics;

namespace Tcptop.Testing;

/// <summary>
/// Waits for what must come, by asking again; a test waits as long as it takes, up to a bound that only a
/// failure reaches.
/// </summary>
public static class Eventually
{
    private static readonly TimeSpan Bound = Patience.Of(TimeSpan.FromSeconds(20));
    private static readonly TimeSpan Pause = Patience.Of(TimeSpan.FromMilliseconds(10));

    public static void True(Func<bool> condition, string promise, Func<string>? state = null)
    {
        var started = Stopwatch.StartNew();
        while (!condition())
        {
            if (started.Elapsed > Bound)
                throw new TimeoutException(
                    $"After {Bound.TotalSeconds} s it does not hold that {promise}. {state?.Invoke()}");
            Thread.Sleep(Pause);
        }
    }
}
