using Tcptop.Table.Formats;
using Xunit;

namespace Tcptop.UnitTests.Table;

public sealed class UnitScaleTests
{
    [Theory]
    [InlineData(0, "0 B/s")]
    [InlineData(17, "17 B/s")]
    [InlineData(999.4, "999 B/s")]
    [InlineData(999.5, "1.0 KB/s")]
    [InlineData(1024, "1.0 KB/s")]
    [InlineData(1536, "1.5 KB/s")]
    [InlineData(10_188, "9.9 KB/s")]
    [InlineData(10_189, "10 KB/s")]
    [InlineData(340 * 1024, "340 KB/s")]
    [InlineData(999.6 * 1024, "1.0 MB/s")]
    [InlineData(1.2 * 1024 * 1024, "1.2 MB/s")]
    [InlineData(12.5e9, "12 GB/s")]
    [InlineData(1.8e19, "16 EB/s")]
    public void A_rate_is_three_digits_at_most_with_a_1024_based_unit(double bytesPerSecond, string expected) =>
        Assert.Equal(expected, Text(UnitScale.BytesPerSecond, bytesPerSecond, 8));

    [Theory]
    [InlineData(0, "0 us")]
    [InlineData(85, "85 us")]
    [InlineData(999, "999 us")]
    [InlineData(1000, "1.0 ms")]
    [InlineData(1234, "1.2 ms")]
    [InlineData(12_345, "12 ms")]
    [InlineData(340_000, "340 ms")]
    [InlineData(1_500_000, "1.5 s")]
    [InlineData(uint.MaxValue, "4295 s")]
    public void A_round_trip_time_is_in_microseconds_milliseconds_or_seconds(double microseconds, string expected) =>
        Assert.Equal(expected, Text(UnitScale.Microseconds, microseconds, 6));

    [Theory]
    [InlineData(1_258_291, 8, "1.2 MB/s")]
    [InlineData(1_258_291, 7, "1.2M")]
    [InlineData(17, 7, "17B")]
    [InlineData(1_258_291, 4, "1.2M")]
    [InlineData(1_258_291, 3, "1M")]
    [InlineData(348_160, 4, "340K")]
    [InlineData(348_160, 3, "")]
    [InlineData(17, 3, "17B")]
    [InlineData(17, 0, "")]
    public void A_number_that_does_not_fit_takes_a_shorter_form_and_never_loses_digits(double bytesPerSecond, int width,
        string expected) =>
        Assert.Equal(expected, Text(UnitScale.BytesPerSecond, bytesPerSecond, width));

    [Fact]
    public void No_rate_is_wider_than_the_full_width()
    {
        for (var rate = 0.1; rate < 1e19; rate *= 1.01)
            Assert.InRange(Text(UnitScale.BytesPerSecond, rate, 8).Length, 5, UnitScale.BytesPerSecond.FullWidth);
        for (uint rtt = 1; rtt < uint.MaxValue / 2; rtt += 1 + rtt / 50)
            Assert.InRange(Text(UnitScale.Microseconds, rtt, 6).Length, 4, UnitScale.Microseconds.FullWidth);
    }

    private static string Text(UnitScale scale, double value, int width)
    {
        Span<char> text = stackalloc char[32];
        return text[..scale.Format(value, text, width)].ToString();
    }
}
