using System.Net;
using Tcptop.Model;
using Xunit;

namespace Tcptop.UnitTests.Model;

public sealed class HostAddressTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("fe80::", "fe80::")]
    [InlineData("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("2001:0:0:1:0:0:0:1", "2001:0:0:1::1")]
    [InlineData("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]
    [InlineData("2001:DB8::ABCD", "2001:db8::abcd")]
    public void An_address_is_written_as_RFC_5952_says(string given, string expected) =>
        Assert.Equal(expected, HostAddress.Parse(given).ToString());

    [Fact]
    public void Any_IPv6_address_is_written_so_that_it_reads_back_as_itself()
    {
        var random = new Random(5952);
        var bytes = new byte[16];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            for (var b = 0; b < 16; b += 2)
            {
                if (random.Next(3) != 0)
                    bytes[b] = bytes[b + 1] = 0;
            }
            bytes[0] = 0x20;
            var text = HostAddress.FromIPv6(bytes).ToString();
            Assert.Equal(new IPAddress(bytes), IPAddress.Parse(text));
            Assert.Equal(new IPAddress(bytes).ToString(), text);
        }
    }

    [Fact]
    public void A_mapped_address_equals_the_IPv4_address_it_stands_for()
    {
        var mapped = HostAddress.FromIPv6(IPAddress.Parse("10.1.2.3").MapToIPv6().GetAddressBytes());
        Assert.Equal(HostAddress.FromIPv4([10, 1, 2, 3]), mapped);
        Assert.True(mapped.IsIPv4);
    }

    [Fact]
    public void A_destination_too_short_is_refused_and_nothing_is_claimed_written()
    {
        Span<char> short4 = stackalloc char[8];
        Assert.False(HostAddress.Parse("192.0.2.1").TryFormat(short4, out var written));
        Assert.Equal(0, written);
        Assert.False(HostAddress.Parse("2001:db8::1").TryFormat(short4, out written));
        Assert.Equal(0, written);
    }

    [Theory]
    [InlineData("192.0.2.1", 80, "192.0.2.1:80")]
    [InlineData("::ffff:192.0.2.1", 80, "192.0.2.1:80")]
    [InlineData("2001:db8::1", 65535, "[2001:db8::1]:65535")]
    public void An_endpoint_puts_IPv6_in_brackets(string address, int port, string expected) =>
        Assert.Equal(expected, new Endpoint(HostAddress.Parse(address), (ushort)port).ToString());
}
