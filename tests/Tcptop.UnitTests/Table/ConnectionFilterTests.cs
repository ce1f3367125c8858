using Tcptop.Model;
using Tcptop.UnitTests.Tui;
using Xunit;

namespace Tcptop.UnitTests.Table;

public sealed class ConnectionFilterTests
{
    private static readonly ConnectionRecord Row =
        Connections.Tcp("192.0.2.1:443", "198.51.100.7:50000").OwnedBy(812, "nginx");

    [Fact]
    public void Without_conditions_every_connection_matches()
    {
        Assert.True(ConnectionFilter.None.IsNone);
        AssertMatches(ConnectionFilter.None, Row);
        AssertMatches(ConnectionFilter.None, Connections.Udp("0.0.0.0:0", "0.0.0.0:0"));
    }

    [Fact]
    public void One_condition_of_any_kind_makes_a_filter()
    {
        ConnectionFilter[] filters =
        [
            new() { Protocol = Protocol.Udp },
            new() { Ports = [1] },
            new() { LocalPorts = [1] },
            new() { RemotePorts = [1] },
            new() { Pids = [1] },
            new() { ProcessNames = ["apache"] },
            new() { Interfaces = ["eth0"] },
        ];
        Assert.All(filters, filter => Assert.False(filter.IsNone));
        Assert.All(filters, filter => AssertDiffers(filter, Row));
    }

    [Fact]
    public void A_protocol_leaves_the_other_out()
    {
        var udp = Connections.Udp("192.0.2.1:53", "192.0.2.2:40000");
        AssertMatches(new ConnectionFilter { Protocol = Protocol.Tcp }, Row);
        AssertDiffers(new ConnectionFilter { Protocol = Protocol.Tcp }, udp);
        AssertMatches(new ConnectionFilter { Protocol = Protocol.Udp }, udp);
    }

    [Fact]
    public void A_port_is_looked_for_at_either_end_a_local_and_a_remote_one_at_theirs()
    {
        AssertMatches(new ConnectionFilter { Ports = [443] }, Row);
        AssertMatches(new ConnectionFilter { Ports = [50_000] }, Row);
        AssertDiffers(new ConnectionFilter { Ports = [80] }, Row);
        AssertMatches(new ConnectionFilter { LocalPorts = [443] }, Row);
        AssertDiffers(new ConnectionFilter { LocalPorts = [50_000] }, Row);
        AssertMatches(new ConnectionFilter { RemotePorts = [50_000] }, Row);
        AssertDiffers(new ConnectionFilter { RemotePorts = [443] }, Row);
    }

    [Fact]
    public void A_listener_matches_by_the_port_it_listens_on()
    {
        var listener = Connections.Tcp("0.0.0.0:443", "0.0.0.0:0", TcpState.Listen);
        AssertMatches(new ConnectionFilter { Ports = [443] }, listener);
        AssertMatches(new ConnectionFilter { LocalPorts = [443] }, listener);
        AssertDiffers(new ConnectionFilter { RemotePorts = [443] }, listener);
    }

    [Fact]
    public void A_pid_is_that_of_the_owner()
    {
        AssertMatches(new ConnectionFilter { Pids = [812] }, Row);
        AssertDiffers(new ConnectionFilter { Pids = [81] }, Row);
        AssertDiffers(new ConnectionFilter { Pids = [812] }, Row with { Owner = default });
    }

    [Fact]
    public void In_a_pid_namespace_a_pid_is_that_which_the_owner_has_there()
    {
        AssertMatches(new ConnectionFilter { Pids = [5] }, Row with { Owner = new ProcessIdentity(812, 1, 5) });
        AssertDiffers(new ConnectionFilter { Pids = [812] }, Row with { Owner = new ProcessIdentity(812, 1, 5) });
        AssertDiffers(new ConnectionFilter { Pids = [812] }, Row with { Owner = new ProcessIdentity(812, 1, 0) });
    }

    [Theory]
    [InlineData("nginx", true)]
    [InlineData("gin", true)]
    [InlineData("NGINX", true)]
    [InlineData("nGiN", true)]
    [InlineData("x", true)]
    [InlineData("nginx2", false)]
    [InlineData("inn", false)]
    public void A_process_name_matches_by_a_part_of_it_in_upper_or_lower_case(string part, bool matches) =>
        Assert.Equal(matches, new ConnectionFilter { ProcessNames = [part] }.Matches(Row));

    [Fact]
    public void Letters_beyond_ASCII_match_in_upper_and_lower_case_too() =>
        AssertMatches(new ConnectionFilter { ProcessNames = ["ÄÖ"] }, Row.OwnedBy(1, "xäöx"));

    [Fact]
    public void A_name_that_is_not_UTF8_matches_by_the_part_of_it_that_is()
    {
        byte[] name = [0x80, 0xFF, .. "evil"u8, 0xE2, 0x80, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        var row = Row with { ProcessName = KernelName.FromBytes(name) };
        AssertMatches(new ConnectionFilter { ProcessNames = ["Evil"] }, row);
        AssertDiffers(new ConnectionFilter { ProcessNames = ["evill"] }, row);
    }

    [Fact]
    public void A_connection_without_a_process_name_matches_none() =>
        AssertDiffers(new ConnectionFilter { ProcessNames = ["a", "nginx"] }, Row with { ProcessName = default });

    [Fact]
    public void An_interface_matches_by_its_whole_name()
    {
        var row = Row with { Device = KernelName.FromText("eth2") };
        AssertMatches(new ConnectionFilter { Interfaces = ["eth2"] }, row);
        AssertDiffers(new ConnectionFilter { Interfaces = ["eth"] }, row);
        AssertDiffers(new ConnectionFilter { Interfaces = ["ETH2"] }, row);
    }

    [Fact]
    public void A_connection_whose_device_is_not_known_matches_no_interface()
    {
        AssertDiffers(new ConnectionFilter { Interfaces = ["eth2"] }, Row);
        AssertDiffers(new ConnectionFilter { Interfaces = [""] }, Row);
    }

    [Fact]
    public void A_name_too_long_for_a_device_does_not_match_one_that_begins_like_it() =>
        AssertDiffers(new ConnectionFilter { Interfaces = ["wlx0123456789abc"] },
            Row with { Device = KernelName.FromText("wlx0123456789ab") });

    [Fact]
    public void Within_a_kind_one_suffices()
    {
        AssertMatches(new ConnectionFilter { Ports = [80, 443] }, Row);
        AssertMatches(new ConnectionFilter { LocalPorts = [80, 443] }, Row);
        AssertMatches(new ConnectionFilter { RemotePorts = [80, 50_000] }, Row);
        AssertMatches(new ConnectionFilter { Pids = [1, 812] }, Row);
        AssertMatches(new ConnectionFilter { ProcessNames = ["apache", "nginx"] }, Row);
        AssertMatches(
            new ConnectionFilter { Interfaces = ["lo", "eth2"] }, Row with { Device = KernelName.FromText("eth2") });
    }

    [Fact]
    public void Of_different_kinds_all_are_needed()
    {
        var filter = new ConnectionFilter
        {
            Protocol = Protocol.Tcp,
            Ports = [443],
            LocalPorts = [443],
            RemotePorts = [50_000],
            Pids = [812],
            ProcessNames = ["nginx"],
        };
        AssertMatches(filter, Row);
        ConnectionFilter[] others =
        [
            filter with { Protocol = Protocol.Udp },
            filter with { Ports = [80] },
            filter with { LocalPorts = [80] },
            filter with { RemotePorts = [80] },
            filter with { Pids = [80] },
            filter with { ProcessNames = ["80"] },
            filter with { Interfaces = ["eth2"] },
        ];
        Assert.All(others, other => AssertDiffers(other, Row));
    }

    [Fact]
    public void In_words_kinds_are_listed_and_the_choice_within_a_kind_is_named()
    {
        Assert.Equal("", ConnectionFilter.None.ToString());
        Assert.Equal(
            "port 443, process nginx", new ConnectionFilter { Ports = [443], ProcessNames = ["nginx"] }.ToString());
        Assert.Equal("udp, local port 53 or 5353, interface eth0",
            new ConnectionFilter { Protocol = Protocol.Udp, LocalPorts = [53, 5_353], Interfaces = ["eth0"] }
                .ToString());
        Assert.Equal("remote port 1, pid 2 or 3", new ConnectionFilter { RemotePorts = [1], Pids = [2, 3] }.ToString());
    }

    [Fact]
    public void Matching_allocates_nothing()
    {
        var filter = new ConnectionFilter
        {
            Protocol = Protocol.Tcp,
            Ports = [80, 443],
            Pids = [1, 812],
            ProcessNames = ["apache", "ngi"]
        };
        Assert.True(filter.Matches(Row));
        Allocation.AssertAtMost(999, () =>
        {
            for (var i = 0; i < 1_000; i++)
                filter.Matches(Row);
        });
    }

    private static void AssertMatches(ConnectionFilter filter, ConnectionRecord row) =>
        Assert.True(filter.Matches(row), filter.ToString());

    private static void AssertDiffers(ConnectionFilter filter, ConnectionRecord row) =>
        Assert.False(filter.Matches(row), filter.ToString());
}
