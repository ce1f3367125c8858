using Tcptop.Model;
using Tcptop.Model.Filtering;
using Tcptop.Table;
using Tcptop.UnitTests.Table;
using Xunit;

namespace Tcptop.UnitTests.Filtering;

/// <summary>Expressions asked of rows: contract.md, Filter.</summary>
public sealed class RowFilterTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Established, IPv4, of process 5 "Nginx" in a container, with 2,048 bytes in.</summary>
    private static readonly ConnectionRecord Row = Tui.Connections.Tcp("192.168.1.10:443", "10.0.0.2:51234") with
    {
        ProcessName = KernelName.FromText("Nginx"),
        Owner = new ProcessIdentity(5, 5),
        BytesIn = 2048,
        Device = KernelName.FromText("eth0"),
    };

    [Theory]
    [InlineData("bytes_in = 2048")]
    [InlineData("bytes_in:2KiB")]
    [InlineData("bytes_in >= 2K bytes_in < 2049")]
    [InlineData("bytes_in:>2047.5")]
    [InlineData("port 443")]
    [InlineData("port = 51234")]
    [InlineData("port in (80, 443)")]
    [InlineData("port > 51000")]
    [InlineData("port != 80")]
    [InlineData("rport in (1, 51234)")]
    [InlineData("lport != 444")]
    [InlineData("host 10.0.0.2")]
    [InlineData("host ~ 168")]
    [InlineData("net 10.0.0.0/8")]
    [InlineData("net != 172.16.0.0/12")]
    [InlineData("src = 192.168.0.0/16")]
    [InlineData("dst = 10.0.0.2:51234")]
    [InlineData("remote ~ 2:512")]
    [InlineData("process = Nginx")]
    [InlineData("process ~ GIN")]
    [InlineData("process != nginx")]
    [InlineData("interface = eth0")]
    [InlineData("state:estab")]
    [InlineData("state = Established")]
    [InlineData("state in (close-wait, ESTABLISHED)")]
    [InlineData("proto = TCP")]
    [InlineData("container ~ DOCKER")]
    [InlineData("closed = no")]
    [InlineData("timestamp > 2026-11-30T11:59:59Z")]
    [InlineData("tcp v4")]
    [InlineData("-udp -v6")]
    [InlineData("udp or nginx")]
    [InlineData("nope nope or 443")]
    [InlineData("not (udp or v6)")]
    public void It_is_wanted(string text) => Assert.True(Wants(text, Row));

    [Theory]
    [InlineData("bytes_in > 2048")]
    [InlineData("port != 443")]
    [InlineData("host != 10.0.0.2")]
    [InlineData("net 11.0.0.0/8")]
    [InlineData("net ::/0")]
    [InlineData("process = nginx")]
    [InlineData("process = a-name-longer-than-any-of-the-kernels")]
    [InlineData("state:listen")]
    [InlineData("v6")]
    [InlineData("dst = 10.0.0.2:51235")]
    [InlineData("closed = yes")]
    public void It_is_not(string text) => Assert.False(Wants(text, Row));

    [Theory]
    [InlineData("process = ssh")]
    [InlineData("process != ssh")]
    [InlineData("process ~ s")]
    [InlineData("pid = 1")]
    [InlineData("pid != 1")]
    [InlineData("container != x")]
    [InlineData("rtt > 0")]
    [InlineData("rtt <= 0")]
    public void What_is_not_known_fulfils_no_comparison_and_not_inverts_that(string text)
    {
        var row = Tui.Connections.Tcp("10.0.0.1:1", "10.0.0.2:2") with { ProcessName = default, Owner = default };
        row.Tcp = default;
        Assert.False(Wants(text, row));
        Assert.True(Wants($"not {text}", row));
        Assert.True(Wants("-ssh", row));
    }

    [Fact]
    public void An_IPv4_mapped_address_is_that_IPv4_address() =>
        Assert.True(Wants("net ::ffff:10.0.0.0/8 or net 10.0.0.0/8", Row));

    /// <summary>What a test remembers is there after the first pass.</summary>
    [Fact]
    public void Matching_allocates_nothing_for_a_row()
    {
        var filter = new RowFilter(FilterParser.Parse(
            "port in (80, 443) process ~ ng host ~ 10 state:estab bytes_in > 1K -udp 443 container ~ docker "
            + "or net ::/0"));
        var host = new HostAnswers(new OneContainer()) { Asked = HostFact.Cgroup };
        Allocation.AssertAtMost(0, () => filter.Matches(Row, host, Noon));
    }

    private static bool Wants(string text, in ConnectionRecord row) =>
        new RowFilter(FilterParser.Parse(text))
            .Matches(row, new HostAnswers(new OneContainer()) { Asked = HostFact.All }, Noon);
}
