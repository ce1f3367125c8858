using Tcptop.Sessions;
using Xunit;

namespace Tcptop.UnitTests.CommandLine;

public sealed class RefreshScheduleTests
{
    [Fact]
    public void The_work_of_a_refresh_does_not_push_the_next_one_back()
    {
        var schedule = new RefreshSchedule(TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal(0.7, UntilNext(ref schedule, began: 0, now: 0.3));
        Assert.Equal(0.8, UntilNext(ref schedule, began: 1, now: 1.2));
    }

    [Fact]
    public void A_refresh_longer_than_the_interval_leaves_out_those_it_missed()
    {
        var schedule = new RefreshSchedule(TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.True(UntilNext(ref schedule, began: 0, now: 5.5) <= 0);
        Assert.Equal(0.4, UntilNext(ref schedule, began: 5.5, now: 5.6));
    }

    [Fact]
    public void After_a_refresh_that_came_late_the_next_one_does_not_come_at_once()
    {
        var schedule = new RefreshSchedule(TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal(0.99, UntilNext(ref schedule, began: 0, now: 0.01));
        // Stopped for four seconds while it waited.
        Assert.Equal(0.96, UntilNext(ref schedule, began: 5.03, now: 5.04));
    }

    private static double UntilNext(ref RefreshSchedule schedule, double began, double now) =>
        Math.Round(schedule.UntilNext(TimeSpan.FromSeconds(began), TimeSpan.FromSeconds(now)).TotalSeconds, 6);
}
