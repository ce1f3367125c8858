using Tcptop.Model;
using Tcptop.Model.Filtering;
using Tcptop.Table;
using Tcptop.Table.Formats;
using Xunit;

namespace Tcptop.UnitTests.Table;

public sealed class EndpointTextTests
{
    [Theory]
    [InlineData("fe80::1", "[fe80::1%eth0]:5353")]
    [InlineData("febf::1", "[febf::1%eth0]:5353")]
    [InlineData("ff02::fb", "[ff02::fb%eth0]:5353")]
    [InlineData("ff0e::fb", "[ff0e::fb%eth0]:5353")]
    [InlineData("224.0.0.251", "224.0.0.251%eth0:5353")]
    [InlineData("239.255.255.250", "239.255.255.250%eth0:5353")]
    [InlineData("169.254.7.8", "169.254.7.8%eth0:5353")]
    [InlineData("255.255.255.255", "255.255.255.255%eth0:5353")]
    public void An_address_that_is_another_machine_on_each_link_has_its_device(string address, string text) =>
        Assert.Equal(text, Text(address, KernelName.FromText("eth0")));

    [Theory]
    [InlineData("fec0::1", "[fec0::1]:5353")]
    [InlineData("fe00::1", "[fe00::1]:5353")]
    [InlineData("fd00::1", "[fd00::1]:5353")]
    [InlineData("::1", "[::1]:5353")]
    [InlineData("223.255.255.255", "223.255.255.255:5353")]
    [InlineData("240.0.0.1", "240.0.0.1:5353")]
    [InlineData("169.253.255.255", "169.253.255.255:5353")]
    [InlineData("169.255.0.0", "169.255.0.0:5353")]
    [InlineData("10.0.0.1", "10.0.0.1:5353")]
    public void Any_other_address_has_none(string address, string text) =>
        Assert.Equal(text, Text(address, KernelName.FromText("eth0")));

    [Fact]
    public void A_device_that_is_not_known_is_left_out() => Assert.Equal("[fe80::1]:5353", Text("fe80::1", default));

    [Fact]
    public void A_device_name_cannot_act_on_the_terminal() =>
        Assert.Equal(@"[fe80::1%\x1b[2J\u202e]:5353", Text("fe80::1", KernelName.FromText("\u001b[2J\u202e")));

    [Fact]
    public void The_longest_device_has_room()
    {
        var device = KernelName.FromBytes(Enumerable.Repeat((byte)1, 15).ToArray());
        Assert.Equal(
            "[fe80:1234:1234:1234:1234:1234:1234:1234%" + string.Concat(Enumerable.Repeat("\\x01", 15)) + "]:65535",
            Text("fe80:1234:1234:1234:1234:1234:1234:1234", device, 65_535));
    }

    [Theory]
    [InlineData("%eth0", true)]
    [InlineData("fe80::2%eth0", true)]
    [InlineData("fe80::2", true)]
    [InlineData("[fe80::2%eth0]:443", true)]
    [InlineData("%eth1", false)]
    public void What_is_shown_is_found_by_typing_it(string word, bool found)
    {
        var table = new ConnectionTable();
        table.Begin(1);
        table.Receive(new ConnectionRecord
        {
            Key = new ConnectionKey(1, 1),
            Local = new Endpoint(HostAddress.Parse("10.0.0.1"), 9),
            Remote = new Endpoint(HostAddress.Parse("fe80::2"), 443),
            Device = KernelName.FromText("eth0"),
        });
        table.EndRefresh();
        var view = new TableView(table);
        view.Refreshed(DateTimeOffset.UnixEpoch, []);
        using var snapshot = view.Window(new ViewRequest { Filter = FilterParser.Parse(word), Lines = 10 });
        Assert.Equal(found ? 1 : 0, snapshot.Rows.Length);
    }

    private static string Text(string address, KernelName device, ushort port = 5_353)
    {
        var text = new char[EndpointText.MaxLength];
        return new string(text, 0, EndpointText.Format(new Endpoint(HostAddress.Parse(address), port), device, text));
    }
}
