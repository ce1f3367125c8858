using Tcptop.Collectors.Ebpf;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

public sealed class SocketStatisticsTests
{
    [Theory]
    [InlineData("sockets: used 9\nTCP: inuse 5 orphan 0 tw 2 alloc 8 mem 1", 8)]
    [InlineData("UDP: inuse 5 alloc 9\nTCP: inuse 5 alloc", 0)]
    [InlineData("TCP: alloc x 3", 0)]
    [InlineData("", 0)]
    public void Sockets_are_those_that_TCP_has_allocated_if_the_file_says_so(string text, int sockets) =>
        Assert.Equal(sockets, SocketStatistics.ParseTcp(text.Split('\n')));
}
