using Tcptop.Linux.Naming;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

/// <summary>
/// Answers are known or pending: nobody waits for one by asking, and none is asked for twice at a time.
/// </summary>
public sealed class AnswerStoreTests : IDisposable
{
    private readonly LookupWorkers _workers = new(TimeSpan.FromSeconds(2));
    private readonly ManualTime _time = new();
    private readonly ManualResetEventSlim _stall = new(true);

    public void Dispose()
    {
        _stall.Set();
        _workers.Dispose();
        _stall.Dispose();
    }

    [Fact]
    public void An_answer_is_pending_then_known_and_asked_for_again_when_it_is_old()
    {
        var asked = 0;
        var store = Store(lifetime: 3, (key, _) => $"{key} {Interlocked.Increment(ref asked)}");
        Assert.False(store.TryGet(7, out var value));
        Assert.Null(value);
        _workers.Await();
        Assert.Equal("7 1", Known(store, 7));
        _time.Pass(seconds: 2);
        Assert.Equal("7 1", Known(store, 7));
        _workers.Await();
        _time.Pass(seconds: 2);
        // The old one, until there is a new one.
        Assert.Equal("7 1", Known(store, 7));
        _workers.Await();
        Assert.Equal("7 2", Known(store, 7));
    }

    [Fact]
    public void What_is_held_up_is_given_up_once_counted_and_others_are_answered()
    {
        _stall.Reset();
        var store = Store(lifetime: 3, (key, _) =>
        {
            if (key == 0)
                _stall.Wait();
            return $"{key}";
        });
        for (var key = 0; key < 100; key++)
            Assert.False(store.TryGet(key, out _));
        Assert.True(_workers.Await());
        Assert.False(store.TryGet(0, out _));
        Assert.Equal("99", Known(store, 99));
        Assert.Equal(1UL, _workers.Unanswered);
        // It is being asked still, and is not waited for again.
        Assert.False(_workers.Await());
        _stall.Set();
        Eventually(() => store.TryGet(0, out _));
        Assert.Equal("0", Known(store, 0));
    }

    [Fact]
    public void However_many_are_held_up_the_threads_are_bounded_and_what_waits_for_them_is_given_up()
    {
        _stall.Reset();
        var running = 0;
        var store = Store(lifetime: 3, (key, _) =>
        {
            Interlocked.Increment(ref running);
            _stall.Wait();
            return $"{key}";
        });
        for (var key = 0; key < 100; key++)
            Assert.False(store.TryGet(key, out _));
        while (_workers.Await())
            Assert.False(store.TryGet(0, out _));
        Assert.Equal(100UL, _workers.Unanswered);
        Assert.InRange(running, 2, 8);
        _stall.Set();
        Eventually(() => store.TryGet(99, out _));
    }

    [Fact]
    public void What_nobody_has_time_for_is_given_up_and_counted_and_comes_later()
    {
        _stall.Reset();
        var store = Store(lifetime: 3, (key, _) =>
        {
            _stall.Wait();
            return $"{key}";
        });
        for (var key = 0; key < 100; key++)
            Assert.False(store.TryGet(key, out _));
        Assert.True(_workers.Await(() => TimeSpan.Zero));
        Assert.Equal(100UL, _workers.Unanswered);
        _stall.Set();
        Eventually(() => store.TryGet(99, out _));
        Assert.Equal(100UL, _workers.Unanswered);
    }

    [Fact]
    public void What_is_known_early_is_there_while_the_rest_is_held_up()
    {
        _stall.Reset();
        var store = Store(lifetime: 3, (_, early) =>
        {
            early("part");
            _stall.Wait();
            return "whole";
        });
        Assert.False(store.TryGet(1, out _));
        _workers.Await();
        Assert.Equal("part", Known(store, 1));
        _stall.Set();
        Eventually(() => Known(store, 1) == "whole");
    }

    [Fact]
    public void A_question_that_fails_is_not_the_end_of_others_and_is_counted()
    {
        var store = Store(lifetime: 3, (key, _) => key == 1 ? throw new InvalidOperationException() : $"{key}");
        Assert.False(store.TryGet(1, out _));
        Assert.False(store.TryGet(2, out _));
        _workers.Await();
        Assert.False(store.TryGet(1, out _));
        Assert.Equal("2", Known(store, 2));
        Assert.Equal(1UL, _workers.Unanswered);
    }

    [Fact]
    public void Who_shows_names_is_told_when_they_have_come()
    {
        using var told = new ManualResetEventSlim();
        _workers.AllAnswered = told.Set;
        var store = Store(lifetime: 3, (key, _) => $"{key}");
        Assert.False(store.TryGet(1, out _));
        Assert.True(told.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal("1", Known(store, 1));
    }

    [Fact]
    public void What_is_remembered_has_a_bound()
    {
        var store = Store(lifetime: 1e9, (key, _) => $"{key}");
        for (var key = 0; key <= 2 * AnswerStore<int, string>.MaximumRemembered; key++)
        {
            store.TryGet(key, out _);
            _workers.Await();
            Assert.InRange(store.Count, 0, AnswerStore<int, string>.MaximumRemembered + 1);
        }
        Assert.False(store.TryGet(0, out _));
    }

    [Fact]
    public void Where_there_is_ever_something_new_what_has_expired_is_forgotten()
    {
        const int AliveAtOnce = 30;
        var store = Store(lifetime: 3, (key, _) => $"{key}");
        for (var key = 0; key < 2_000; key++)
        {
            store.TryGet(key, out _);
            _workers.Await();
            Assert.InRange(store.Count, 0, 130);
            _time.Pass(seconds: 3.0 / AliveAtOnce);
        }
    }

    private static string? Known(AnswerStore<int, string> store, int key)
    {
        Assert.True(store.TryGet(key, out var value));
        return value;
    }

    private static void Eventually(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)));

    private AnswerStore<int, string> Store(double lifetime, AnswerStore<int, string>.Asker ask) =>
        new(_workers, _time, TimeSpan.FromSeconds(lifetime), ask);
}
