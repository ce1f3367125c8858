using System.Globalization;
using Tcptop.Table.Formats;
using Xunit;

namespace Tcptop.UnitTests.Table;

public sealed class DurationTextTests
{
    private const double Day = 86_400;

    [Theory]
    [InlineData(0, "0.0s")]
    [InlineData(0.001, "0.0s")]
    [InlineData(1, "1.0s")]
    [InlineData(4.24, "4.2s")]
    [InlineData(9.94, "9.9s")]
    [InlineData(9.96, "10s")]
    [InlineData(10, "10s")]
    [InlineData(59.4, "59s")]
    [InlineData(59.6, "1m00s")]
    [InlineData(60, "1m00s")]
    [InlineData(187, "3m07s")]
    [InlineData(3_599, "59m59s")]
    [InlineData(3_599.6, "1h00m")]
    [InlineData(3_600, "1h00m")]
    [InlineData(7_500, "2h05m")]
    [InlineData(86_399, "23h59m")]
    [InlineData(86_400, "1d00h")]
    [InlineData(1_047_600, "12d03h")]
    [InlineData(1e7, "115d17h")]
    public void A_span_of_time_is_in_two_units_at_the_most(double seconds, string text) =>
        Assert.Equal(text, Format(seconds));

    [Fact]
    public void For_a_hundred_days_it_is_as_wide_as_it_says_and_no_unit_is_full()
    {
        for (var seconds = 0.0; seconds < 100 * Day; seconds = seconds * 1.01 + 0.03)
        {
            var text = Format(seconds);
            Assert.InRange(text.Length, 3, DurationText.FullWidth);
            Assert.DoesNotMatch("60[sm]|24h", text);
        }
    }

    [Theory]
    [InlineData(1e12)]
    [InlineData(1e30)]
    public void However_long_it_was_it_has_room(double seconds) =>
        Assert.EndsWith("h", Format(seconds), StringComparison.Ordinal);

    [Fact]
    public void It_has_a_point_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        var withComma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        withComma.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = withComma;
        try
        {
            Assert.Equal("4.2s", Format(4.24));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string Format(double seconds)
    {
        Span<char> text = stackalloc char[64];
        return text[..DurationText.Format(seconds, text)].ToString();
    }
}
