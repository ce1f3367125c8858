using Tcptop.Collectors.Ebpf;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

/// <summary>What others may hold up is waited for within a bound, and not lost when it is late.</summary>
public sealed class BoundedCallTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly ManualResetEventSlim _goOn = new();
    private int _called;

    public void Dispose() => _goOn.Dispose();

    [Fact]
    public void What_comes_in_time_is_taken_once()
    {
        var call = Call();
        _goOn.Set();
        call.Begin();
        Assert.Equal("1", call.Take(Long));
        Assert.Null(call.Take(Long));
        call.Begin();
        Assert.Equal("2", call.Take(Long));
    }

    [Fact]
    public void What_comes_late_is_taken_later_and_not_begun_anew_before()
    {
        var call = Call();
        call.Begin();
        Assert.Null(call.Take(TimeSpan.Zero));
        call.Begin();
        Assert.Null(call.Take(TimeSpan.FromMilliseconds(1)));
        Assert.True(call.IsOut);
        _goOn.Set();
        Assert.Equal("1", call.Take(Long));
        Assert.False(call.IsOut);
        Assert.Equal(1, _called);
    }

    [Fact]
    public void What_nobody_has_taken_yet_is_not_lost_by_beginning_anew()
    {
        var call = Call();
        _goOn.Set();
        call.Begin();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _called) == 1, Long));
        call.Begin();
        Assert.Equal("1", call.Take(Long));
        Assert.Equal(1, _called);
    }

    [Fact]
    public void What_it_throws_is_thrown_where_it_is_taken()
    {
        var call = new BoundedCall<string>("test", () => throw new InvalidDataException());
        call.Begin();
        Assert.Throws<InvalidDataException>(() => call.Take(Long));
        Assert.Null(call.Take(Long));
    }

    private BoundedCall<string> Call() => new("test", () =>
    {
        _goOn.Wait();
        return $"{Interlocked.Increment(ref _called)}";
    });
}
