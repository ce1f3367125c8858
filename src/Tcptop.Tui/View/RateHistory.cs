namespace Tcptop.Tui.View;

/// <summary>
/// A rate over the last minute, second by second of a clock that nobody sets. A refresh spreads over the
/// seconds that it spans, so that refreshes of any interval, and late ones, give the same picture. Does not
/// change: <see cref="Advance"/> makes the next one.
/// </summary>
internal sealed class RateHistory
{
    public const int Seconds = 60;

    private const long MsPerSecond = 1000;

    public static readonly RateHistory Empty = new(new Bucket[Seconds], null);

    private readonly Bucket[] _buckets;
    private readonly long? _untilMs;

    private RateHistory(Bucket[] buckets, long? untilMs) => (_buckets, _untilMs) = (buckets, untilMs);

    /// <summary>
    /// The second that the last refresh ended in, counted as the values of <see cref="this"/> are; 0 before
    /// the first.
    /// </summary>
    public long NewestSecond => _untilMs is { } until ? SecondOf(until) : 0;

    /// <summary>The rate in one second of that clock; null where it is not known.</summary>
    public double? this[long second]
    {
        get
        {
            if (_untilMs is null || second > NewestSecond || second <= NewestSecond - Seconds)
                return null;
            var bucket = _buckets[Index(second)];
            return bucket.KnownMs == 0 ? null : bucket.RateMs / bucket.KnownMs;
        }
    }

    /// <param name="now">By that clock.</param>
    /// <param name="rate">The mean since the last refresh; null when it is not known.</param>
    public RateHistory Advance(TimeSpan now, double? rate)
    {
        var untilMs = now.Ticks / TimeSpan.TicksPerMillisecond;
        // The first refresh, or another so soon after it that no time has passed.
        if (_untilMs is not { } sinceMs || untilMs <= sinceMs)
            return new RateHistory(new Bucket[Seconds], untilMs);
        var buckets = (Bucket[])_buckets.Clone();
        var last = SecondOf(untilMs);
        for (var second = Math.Max(SecondOf(sinceMs) + 1, last - Seconds + 1); second <= last; second++)
            buckets[Index(second)] = default;
        if (rate is { } known)
        {
            for (var second = Math.Max(SecondOf(sinceMs), last - Seconds + 1); second <= last; second++)
            {
                var spanMs = Math.Min(untilMs, (second + 1) * MsPerSecond) - Math.Max(sinceMs, second * MsPerSecond);
                ref var bucket = ref buckets[Index(second)];
                bucket = new Bucket(bucket.RateMs + known * spanMs, bucket.KnownMs + spanMs);
            }
        }
        return new RateHistory(buckets, untilMs);
    }

    /// <summary>
    /// The second that holds the moment before, so that a refresh on the full second opens no empty one.
    /// </summary>
    private static long SecondOf(long ms) => (ms - 1) / MsPerSecond;

    private static int Index(long second) => (int)((ulong)second % Seconds);

    /// <param name="RateMs">Rate times milliseconds, summed.</param>
    private readonly record struct Bucket(double RateMs, long KnownMs);
}
