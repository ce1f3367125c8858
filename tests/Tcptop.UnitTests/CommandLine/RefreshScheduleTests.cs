using Tcptop.Sessions;
using Xunit;

namespace Tcptop.UnitTests.CommandLine;

public sealed class RefreshScheduleTests
{
    [Fact]
    public void The_work_of_a_refresh_does_not_push_the_next_one_back()
    {
        var schedule = new RefreshSchedule(TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(0.7), schedule.UntilNext(TimeSpan.FromSeconds(0.3)));
        Assert.Equal(TimeSpan.FromSeconds(0.8), schedule.UntilNext(TimeSpan.FromSeconds(1.2)));
    }

    [Fact]
    public void A_refresh_longer_than_the_interval_leaves_out_those_it_missed()
    {
        var schedule = new RefreshSchedule(TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.True(schedule.UntilNext(TimeSpan.FromSeconds(5.5)) <= TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(0.4), schedule.UntilNext(TimeSpan.FromSeconds(5.6)));
    }
}
