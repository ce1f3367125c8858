using System.Text;
using Tcptop.Table.Formats;
using Xunit;

namespace Tcptop.UnitTests.Table;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("nginx: worker", "nginx: worker")]
    [InlineData("été 日本 Ω", "été 日本 Ω")]
    [InlineData("😀", "😀")]
    [InlineData("a\nb\r\tc", @"a\nb\r\tc")]
    [InlineData("\e[2Jx", @"\x1b[2Jx")]
    [InlineData("\u007f\u0001", @"\x7f\x01")]
    [InlineData("a\\nb", @"a\\nb")]
    [InlineData("\u009b31m", @"\u009b31m")]
    [InlineData("\u202egnp.exe", @"\u202egnp.exe")]
    [InlineData("\u2066x\u2069", @"\u2066x\u2069")]
    [InlineData("ab\u200b\u200d\ufeffcd", @"ab\u200b\u200d\ufeffcd")]
    [InlineData("e\u0301", @"e\u0301")]
    [InlineData("\u00a0\u2003\u3000", @"\u00a0\u2003\u3000")]
    [InlineData("\u2028\u2029", @"\u2028\u2029")]
    [InlineData("\u3164\u2800\u115f", @"\u3164\u2800\u115f")]
    [InlineData("\U000E0041", @"\U000e0041")]
    [InlineData("\uE000", @"\ue000")]
    [InlineData("\uFFFD", "\uFFFD")]
    [InlineData("", "")]
    public void What_would_act_on_the_terminal_or_be_invisible_is_escaped(string text, string expected) =>
        Assert.Equal(expected, Escaped(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Bytes_that_are_not_UTF_8_become_replacement_characters()
    {
        Assert.Equal("a\uFFFDb", Escaped([(byte)'a', 0xFF, (byte)'b']));
        Assert.Equal("\uFFFD", Escaped([0xE6, 0x97]));
        Assert.Equal("\uFFFD\uFFFD\uFFFD", Escaped([0xED, 0xA0, 0x80]));
    }

    [Fact]
    public void What_comes_out_of_any_bytes_takes_as_many_columns_as_it_has_visible_runes_and_fits_the_promised_length()
    {
        var random = new Random(15);
        var bytes = new byte[15];
        for (var i = 0; i < 50_000; i++)
        {
            random.NextBytes(bytes);
            if (i % 2 == 0)
                Encoding.UTF8.GetBytes([(char)random.Next(0xD800), (char)random.Next(0xE000, 0xFFFF)], bytes);
            var text = Escaped(bytes);
            Assert.True(text.Length <= bytes.Length * SafeText.MaxCharsPerByte);
            foreach (var rune in text.EnumerateRunes())
                Assert.True(RuneWidth.Of(rune) > 0, $"U+{rune.Value:X4} has no width");
        }
    }

    [Fact]
    public void Text_too_long_is_cut_between_escapes()
    {
        Span<char> five = stackalloc char[5];
        Assert.Equal(4, SafeText.Escape("\e\e"u8, five));
        Assert.Equal(@"\x1b", five[..4].ToString());
    }

    [Fact]
    public void A_string_is_escaped_whole()
    {
        Assert.Equal("", SafeText.Escape(""));
        Assert.Equal(@"a\x1b\n\u202e日本", SafeText.Escape("a\e\n\u202e日本"));
        Assert.Equal("half \ufffd", SafeText.Escape("half \ud800"));
    }

    private static string Escaped(byte[] bytes)
    {
        Span<char> text = stackalloc char[bytes.Length * SafeText.MaxCharsPerByte];
        return text[..SafeText.Escape(bytes, text)].ToString();
    }
}
