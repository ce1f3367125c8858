using Tcptop.Model;
using Xunit;

namespace Tcptop.UnitTests.CommandLine;

public sealed class FilterFlagsTests
{
    [Fact]
    public void Without_flags_every_connection_is_wanted() =>
        Assert.Same(ConnectionFilter.None, Filter("--interval", "1"));

    [Fact]
    public void Every_flag_is_a_condition_of_its_own_kind()
    {
        Assert.Equal([443], Filter("--port", "443").Ports);
        Assert.Equal([443], Filter("--local-port", "443").LocalPorts);
        Assert.Equal([443], Filter("--remote-port=443").RemotePorts);
        Assert.Equal([812U], Filter("--pid", "812").Pids);
        Assert.Equal(["nginx"], Filter("--process", "nginx").ProcessNames);
        Assert.Equal(["eth0"], Filter("--interface=eth0").Interfaces);
        Assert.Equal(Protocol.Tcp, Filter("--tcp").Protocol);
        Assert.Equal(Protocol.Udp, Filter("--udp").Protocol);
    }

    [Fact]
    public void Flags_given_again_are_a_choice()
    {
        Assert.Equal([80, 443, 80], Filter("--port", "80", "--port", "443", "--port", "80").Ports);
        Assert.Equal([1, 65_535], Filter("--local-port", "1", "--local-port", "65535").LocalPorts);
        Assert.Equal([1, 2], Filter("--remote-port", "1", "--remote-port=2").RemotePorts);
        Assert.Equal([1U, 4_194_304U], Filter("--pid", "1", "--pid", "4194304").Pids);
        Assert.Equal(["nginx", "a b"], Filter("--process", "nginx", "--process", "a b").ProcessNames);
        Assert.Equal(
            ["lo", "fifteen-letters"], Filter("--interface", "lo", "--interface", "fifteen-letters").Interfaces);
    }

    [Fact]
    public void Flags_combine() => Assert.Equal(
        "tcp, port 443 or 80, local port 1, remote port 2, pid 3, process nginx, interface eth0",
        Filter("--port", "443", "--tcp", "--local-port", "1", "--remote-port", "2", "--port", "80", "--pid", "3",
            "--process", "nginx", "--interface", "eth0").ToString());

    [Fact]
    public void Both_protocols_are_as_none() => Assert.Same(ConnectionFilter.None, Filter("--udp", "--tcp", "--tcp"));

    [Theory]
    [InlineData("@nginx")]
    [InlineData("-x")]
    [InlineData("ngi*")]
    [InlineData("日本語")]
    public void A_name_is_taken_as_it_is(string name) => Assert.Equal([name], Filter("--process", name).ProcessNames);

    [Theory]
    [InlineData("--port")]
    [InlineData("--local-port")]
    [InlineData("--remote-port")]
    public void A_port_that_is_none_is_refused(string flag)
    {
        foreach (var text in new[] { "0", "65536", "-1", "+1", "80,443", "http", "1.0", "", " 80", "99999999999" })
            Assert.Equal(
                $"error: {flag} '{text}' is not allowed: give a whole number from 1 to 65535", Refuse(flag, text));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("4194305")]
    [InlineData("nginx")]
    public void A_pid_that_is_none_is_refused(string text) =>
        Assert.Equal(
            $"error: --pid '{text}' is not allowed: give a whole number from 1 to 4194304", Refuse("--pid", text));

    [Fact]
    public void An_empty_process_name_is_refused() =>
        Assert.Equal("error: --process '' is not allowed: give part of a name, not empty", Refuse("--process", ""));

    [Theory]
    [InlineData("")]
    [InlineData("sixteen--letters")]
    [InlineData("日本語日本語")]
    public void A_name_that_no_interface_can_have_is_refused(string text) =>
        Assert.Equal($"error: --interface '{text}' is not allowed: give a device name of 1 to 15 bytes",
            Refuse("--interface", text));

    [Fact]
    public void Of_several_values_the_one_that_is_not_allowed_is_named()
    {
        Assert.Equal("error: --port '0' is not allowed: give a whole number from 1 to 65535",
            Refuse("--port", "80", "--port", "0", "--port", "x"));
        Assert.Equal("error: --pid 'a?[m' is not allowed: give a whole number from 1 to 4194304",
            Refuse("--pid", "1", "--pid", "a\e[m"));
    }

    [Theory]
    [InlineData("N", "--port")]
    [InlineData("N", "--port", "80", "--port")]
    [InlineData("N", "--port", "80", "--port=")]
    [InlineData("N", "--local-port")]
    [InlineData("N", "--remote-port")]
    [InlineData("N", "--pid")]
    [InlineData("NAME", "--process")]
    [InlineData("IFACE", "--interface")]
    public void A_missing_value_is_named(string value, params string[] arguments) =>
        Assert.Equal($"error: {arguments[0]} needs a value: {value}", Refuse(arguments));

    [Fact]
    public void What_follows_a_flag_is_its_value_as_everywhere_in_Unix()
    {
        Assert.Equal(
            "error: --port '--tcp' is not allowed: give a whole number from 1 to 65535", Refuse("--port", "--tcp"));
        Assert.Equal(["--tcp"], Filter("--process", "--tcp").ProcessNames);
    }

    [Fact]
    public void A_flag_takes_one_value_each_time() =>
        Assert.Equal("error: unknown argument 443; see tcptop --help", Refuse("--port", "80", "443"));

    [Theory]
    [InlineData("--prot", "--port")]
    [InlineData("--localport", "--local-port")]
    [InlineData("--remote-prt", "--remote-port")]
    [InlineData("--proces", "--process")]
    [InlineData("--iface", null)]
    [InlineData("--interfaces", "--interface")]
    [InlineData("--udb", "--udp")]
    [InlineData("--udp-idel=3", "--udp-idle")]
    [InlineData("--al", "--all")]
    public void The_near_flag_is_named(string flag, string? near) =>
        Assert.Equal(
            $"error: unknown option {flag}{(near is null ? "; see tcptop --help" : $"; did you mean {near}?")}",
            Refuse(flag));

    private static ConnectionFilter Filter(params string[] arguments)
    {
        var (options, text, _) = new Tcptop.Cli.CommandLine().Parse(arguments, stdoutIsTerminal: true);
        return options?.Filter ?? throw new InvalidOperationException(text);
    }

    private static string Refuse(params string[] arguments)
    {
        var (options, text, exitCode) = new Tcptop.Cli.CommandLine().Parse(arguments, stdoutIsTerminal: true);
        Assert.Null(options);
        Assert.Equal(2, exitCode);
        return text.TrimEnd('\n');
    }
}
