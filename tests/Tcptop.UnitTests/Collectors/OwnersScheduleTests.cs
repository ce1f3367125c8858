using Tcptop.Collectors.Ebpf;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

/// <summary>Open files are walked as soon as there is need, and never for more than a share of a core.</summary>
public sealed class OwnersScheduleTests
{
    private readonly OwnersSchedule _schedule = new();
    private uint _births;

    [Fact]
    public void The_first_walk_is_due_at_once() => Assert.True(IsDue(0));

    [Theory]
    [InlineData(10, 0.25)]
    [InlineData(70, 1.75)]
    public void Sockets_without_an_owner_are_looked_for_at_once_for_four_percent_of_a_core(int walkMs, double due) =>
        AssertDue(walkMs, due, areUnowned: true);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(70, 17.5)]
    public void Births_and_processes_are_news_a_second_later_for_a_tenth_of_that(int walkMs, double due)
    {
        AssertDue(walkMs, due, processesChanged: true);
        Ran(0, walkMs);
        _births++;
        Assert.False(IsDue(due - 0.01));
        Assert.True(IsDue(due));
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(70, 70)]
    public void Without_news_a_walk_is_rare(int walkMs, double due) => AssertDue(walkMs, due);

    [Fact]
    public void News_that_came_before_they_were_due_are_not_forgotten()
    {
        Ran(0, walkMs: 1);
        Assert.False(IsDue(0.5, processesChanged: true));
        Assert.True(IsDue(1));
    }

    private void AssertDue(int walkMs, double seconds, bool areUnowned = false, bool processesChanged = false)
    {
        Ran(0, walkMs);
        Assert.False(IsDue(seconds - 0.01, areUnowned, processesChanged));
        Assert.True(IsDue(seconds, areUnowned, processesChanged));
    }

    private void Ran(double seconds, int walkMs)
    {
        var from = TimeSpan.FromSeconds(seconds);
        _schedule.Ran(from, from + TimeSpan.FromMilliseconds(walkMs), _births);
    }

    private bool IsDue(double seconds, bool areUnowned = false, bool processesChanged = false) =>
        _schedule.IsDue(TimeSpan.FromSeconds(seconds), _births, areUnowned, processesChanged);
}
