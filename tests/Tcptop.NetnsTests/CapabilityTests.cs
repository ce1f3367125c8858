using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>What is needed, and what else is seen with more. Kernels differ in what they want for what.</summary>
public sealed class CapabilityTests
{
    [Fact]
    public void Who_has_one_capability_of_two_is_told_which_is_lacking()
    {
        // 38 is CAP_PERFMON, a name that older tools do not know.
        var result = Tool.Run("setpriv", "--bounding-set=-sys_admin,-cap_38", Programs.Tcptop, "--batch", "-n", "1");
        Assert.Equal(new ToolResult(77, "", RefusalTests.NeedsRoot + "This process lacks CAP_PERFMON.\n"), result);
    }

    [Fact]
    public void Two_capabilities_suffice_for_an_ordinary_user()
    {
        using var pair = new LoopbackPair();
        var result = OrdinaryUser.Run(OrdinaryUser.TwoCapabilities, "--batch", "--format", "json", "-n", "1");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"\"local_port\":{pair.ServerPort},", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_could_not_be_looked_at_for_want_of_a_capability_is_named()
    {
        using var ns = new NetworkNamespace();
        var result = Tool.Run("setpriv", "--bounding-set=-sys_admin", Programs.Tcptop, "--batch", "-n", "1");
        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"^note: not seen: (sockets that no process holds|live connections) in \d+ other network namespaces? \(needs CAP_SYS_ADMIN\)\n$", result.Error);
    }

    [Fact]
    public void What_may_not_even_be_known_of_for_want_of_a_capability_is_named()
    {
        // This process is the other user's: an ordinary user may not know in which network namespace it is,
        // and so which there are.
        var result = OrdinaryUser.Run("+sys_admin,+net_admin", "--batch", "-n", "1");
        Assert.Equal(0, result.ExitCode);
        Assert.Matches(
            @"^note: not seen: (sockets that no process holds|live connections) in network namespaces of processes that tcptop may not inspect \(needs CAP_SYS_PTRACE\)$",
            result.Error.Split('\n')[0]);
    }
}
