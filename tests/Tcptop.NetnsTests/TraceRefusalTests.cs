using System.Net;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>What a trace cannot do is said as elsewhere, with the same exit codes.</summary>
public sealed class TraceRefusalTests
{
    [Fact]
    public void An_ordinary_user_is_told_to_use_sudo()
    {
        var result = OrdinaryUser.Run("", "trace");
        Assert.Equal(new ToolResult(77, "", "error: tcptop requires root privileges. Run with sudo.\n"), result);
    }

    [Fact]
    public void A_bad_flag_is_refused_before_privileges_are_asked_for()
    {
        var result = OrdinaryUser.Run("", "trace", "--batch");
        Assert.Equal(new ToolResult(2, "", "error: trace has no --batch; see tcptop trace --help\n"), result);
    }

    [Fact]
    public void A_kernel_without_type_information_is_unsupported_and_told_what_it_lacks()
    {
        var result = Tool.Run(
            "unshare", "--mount", "sh", "-c", $"mount -t tmpfs none /sys/kernel/btf && exec '{Programs.Tcptop}' trace");
        Assert.Equal(new ToolResult(69, "", "error: this kernel lacks BTF (/sys/kernel/btf/vmlinux) (needs a kernel built with CONFIG_DEBUG_INFO_BTF)\n"), result);
    }

    [Fact]
    public void Two_capabilities_suffice_and_where_neither_functions_nor_cgroups_are_hooked_it_says_what_is_unseen()
    {
        using var socket = new DatagramSocket(IPAddress.Loopback);
        var command = OrdinaryUser.Command(
            OrdinaryUser.TwoCapabilities, "trace", "--udp", "-n", "1", "--local-port", $"{socket.Port}");
        using var trace = new RunningProcess(command[0], command[1..]);
        Eventually.True(
            () =>
            {
                socket.SendTo(IPAddress.Loopback, socket.Port, 1);
                return trace.HasExited;
            },
            "it sees an event and ends");
        var (exitCode, error) = trace.WaitForExit();
        Assert.Equal(0, exitCode);
        Assert.Equal(2, trace.Lines.Count);
        // Where functions may be hooked no more than these two is needed, and the peer is there.
        var hasPeer = trace.Lines[1].Contains(
            $"127.0.0.1:{socket.Port}       127.0.0.1:{socket.Port} ", StringComparison.Ordinal);
        Assert.NotEqual(
            hasPeer, error.Contains("note: UDP sockets that are not connected show no peer", StringComparison.Ordinal));
    }
}
