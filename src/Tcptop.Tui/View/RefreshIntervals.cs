namespace Tcptop.Tui.View;

/// <summary>
/// The times between refreshes that the keys go through: 0.1, 0.2, 0.5, 1, 2, 5 and so on to an hour.
/// </summary>
internal static class RefreshIntervals
{
    private static readonly double[] Steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600];

    public static TimeSpan Longer(TimeSpan interval)
    {
        foreach (var seconds in Steps)
        {
            if (TimeSpan.FromSeconds(seconds) > interval)
                return TimeSpan.FromSeconds(seconds);
        }
        return interval;
    }

    public static TimeSpan Shorter(TimeSpan interval)
    {
        for (var i = Steps.Length - 1; i >= 0; i--)
        {
            if (TimeSpan.FromSeconds(Steps[i]) < interval)
                return TimeSpan.FromSeconds(Steps[i]);
        }
        return interval;
    }
}
