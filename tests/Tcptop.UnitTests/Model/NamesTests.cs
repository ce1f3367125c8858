using System.Text;
using Tcptop.Model;
using Xunit;

namespace Tcptop.UnitTests.Model;

public sealed class NamesTests
{
    [Fact]
    public void States_have_the_kernels_numbers_and_names()
    {
        string[] names =
        [
            "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT",
            "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING", "NEW_SYN_RECV",
        ];
        Assert.Equal(names, Enumerable.Range(1, 12).Select(number => ((TcpState)number).Name()));
        Assert.Equal(12, Enum.GetValues<TcpState>().Length);
        Assert.Equal("UNKNOWN", ((TcpState)200).Name());
    }

    [Fact]
    public void A_command_name_keeps_its_bytes_up_to_the_fifteenth()
    {
        var name = KernelName.FromBytes("0123456789abcdefXYZ"u8);
        Span<byte> bytes = stackalloc byte[KernelName.ByteLength];
        Assert.Equal(15, name.CopyTo(bytes));
        Assert.Equal("0123456789abcde", name.ToString());
    }

    [Fact]
    public void Names_equal_to_their_NUL_are_equal() =>
        Assert.Equal(KernelName.FromBytes("sshd\0x"u8), KernelName.FromBytes("sshd\0yy"u8));

    [Fact]
    public void Bytes_that_are_no_UTF8_become_replacement_characters() =>
        Assert.Equal("a\uFFFDb", KernelName.FromBytes([(byte)'a', 0xFF, (byte)'b']).ToString());

    [Fact]
    public void An_empty_name_is_empty()
    {
        Assert.True(KernelName.FromBytes([]).IsEmpty);
        Assert.False(KernelName.FromBytes(Encoding.ASCII.GetBytes("x")).IsEmpty);
    }
}
