using Tcptop.Model;
using Xunit;

namespace Tcptop.UnitTests.Model;

public sealed class ByteTextTests
{
    [Fact]
    public void Text_is_text_and_every_other_byte_comes_back_as_it_was()
    {
        Assert.Equal("net.csv", ByteText.Decode("net.csv"u8));
        Assert.Equal("日本 👍 é", ByteText.Decode("日本 👍 é"u8));
        Assert.Equal("a\uDCFFb", ByteText.Decode([(byte)'a', 0xFF, (byte)'b']));
        // A letter of which the end is missing is that many bytes.
        Assert.Equal("\uDCE6\uDC97", ByteText.Decode([0xE6, 0x97]));
    }

    [Fact]
    public void Two_bytes_of_any_kind_survive()
    {
        for (var both = 0; both <= ushort.MaxValue; both++)
        {
            byte[] bytes = [(byte)(both >> 8), (byte)both];
            Assert.Equal(bytes, ByteText.Encode(ByteText.Decode(bytes)));
        }
    }

    [Fact]
    public void Bytes_that_would_be_half_a_surrogate_pair_survive()
    {
        // U+DCFF as UTF-8 would have it, if it had it.
        byte[] bytes = [0xED, 0xB3, 0xBF, 0xF0, 0x9F, 0x91];
        Assert.Equal(bytes, ByteText.Encode(ByteText.Decode(bytes)));
    }

    [Fact]
    public void Half_a_surrogate_pair_that_no_byte_made_becomes_a_mark() =>
        Assert.Equal("\uFFFD"u8, ByteText.Encode("\uD800"));

    [Fact]
    public void A_name_of_the_kernel_is_found_by_the_bytes_that_were_typed() =>
        Assert.Equal(KernelName.FromBytes([(byte)'x', 0xFF]), KernelName.FromText("x\uDCFF"));
}
