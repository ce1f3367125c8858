using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests.Faults;

/// <summary>
/// The host's clock set while tcptop runs: refreshes, rates, ages and totals go by another. In a guest, whose
/// clock is nobody else's.
/// </summary>
[Trait(KernelMatrix.Trait, KernelMatrix.Guest)]
public sealed class ClockTests : IDisposable
{
    private readonly DateTimeOffset _set = DateTimeOffset.UtcNow;
    private readonly System.Diagnostics.Stopwatch _since = System.Diagnostics.Stopwatch.StartNew();

    public ClockTests() =>
        Assert.True(KernelMatrix.IsGuest, "these tests set the clock: only in a guest of tests/kernel-matrix");

    public void Dispose() => SetClock(TimeSpan.Zero);

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_clock_that_is_set_by_an_hour_and_back_changes_nothing_but_the_time_that_is_told(int hours)
    {
        var shift = TimeSpan.FromHours(hours);
        using var tcptop = TcptopProcess.Start(interval: 0.5);
        using var pair = new LoopbackPair();
        using var connections = new ShortConnections();
        LoopbackPair.Transfer(pair.Client, pair.Server, 10_000);
        connections.Make(50);
        tcptop.WaitForLive(
            pair.ClientPort, pair.ServerPort, row => row is { BytesOut: 10_000, RateOut: not null }, "it counts");
        SetClock(shift);
        LoopbackPair.Transfer(pair.Client, pair.Server, 10_000);
        connections.Make(50);
        var shifted = tcptop.WaitForLive(
            pair.ClientPort, pair.ServerPort,
            row => row.BytesOut == 20_000 && IsAbout(row, shift), "it tells the time that was set");
        SetClock(TimeSpan.Zero);
        LoopbackPair.Transfer(pair.Client, pair.Server, 10_000);
        connections.Make(50);
        var back = tcptop.WaitForLive(
            pair.ClientPort, pair.ServerPort,
            row => row.BytesOut == 30_000 && IsAbout(row, TimeSpan.Zero), "and the right one again");
        connections.AssertAllExact(tcptop);
        Assert.InRange(shifted.Age!.Value, 0, _since.Elapsed.TotalSeconds);
        Assert.InRange(back.Age!.Value, shifted.Age.Value, _since.Elapsed.TotalSeconds);
        // By the wall clock these would be negative, or a few bytes in an hour.
        var rates = tcptop.Rows()
            .Where(row => row.LocalPort == pair.ClientPort && row.RemotePort == pair.ServerPort && row.RateOut > 0)
            .Select(row => row.RateOut!.Value)
            .ToList();
        Assert.InRange(rates.Count, 2, int.MaxValue);
        Assert.All(rates, rate => Assert.InRange(rate, 10_000 / _since.Elapsed.TotalSeconds, 30_000 / 0.1));
        Assert.All(tcptop.Rows(), row => Assert.InRange(row.RateOut ?? 0, 0, double.MaxValue));
        Assert.Empty(tcptop.StopAndReadLosses());
    }

    private bool IsAbout(JsonRow row, TimeSpan shift) =>
        (row.Timestamp - (_set + _since.Elapsed + shift)).Duration() < TimeSpan.FromMinutes(2);

    private void SetClock(TimeSpan shift)
    {
        var seconds = (_set + _since.Elapsed + shift).ToUnixTimeMilliseconds() / 1000.0;
        Tool.Must("date", "--set", FormattableString.Invariant($"@{seconds:F3}"));
    }
}
