using Tcptop.Lifetime;
using Xunit;

namespace Tcptop.UnitTests.CommandLine;

public sealed class ThreadLimitTests
{
    private const int TryAgain = 11;
    private const int NoMemory = 12;

    [Theory]
    [InlineData(TryAgain)]
    [InlineData(NoMemory)]
    public void What_the_runtime_says_where_signals_get_no_thread_is_known(int errno) =>
        Assert.True(ThreadLimit.IsOfSignals(new IOException("in use by another process", errno)));

    [Fact]
    public void Other_failures_are_not_put_down_to_threads()
    {
        Assert.False(ThreadLimit.IsOfSignals(new IOException("", 5)));
        // On another thread each trace ends in the thread's beginning.
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(new Action(Fail)));
        thread.Start();
        thread.Join();
        Assert.False(ThreadLimit.IsCauseOf(failure!));
        Assert.False(ThreadLimit.IsHearingSignals);
    }

    private static void Fail() => throw new FormatException();
}
