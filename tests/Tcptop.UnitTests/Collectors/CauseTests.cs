using Tcptop.Collectors.Ebpf;
using Tcptop.Collectors.Ebpf.Trace;
using Tcptop.Linux;
using Tcptop.Model;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

/// <summary>What a lack is put down to.</summary>
public sealed class CauseTests
{
    [Theory]
    [InlineData("user:[4026531837]", true)]
    [InlineData("user:[4026532254]", false)]
    [InlineData(null, true)]
    public void The_user_namespace_of_the_host_is_known_by_its_number(string? link, bool isHost) =>
        Assert.Equal(isHost, UserNamespace.IsHost(link));

    [Theory]
    [InlineData("Seccomp:\t2", true)]
    [InlineData("Seccomp:\t0", false)]
    [InlineData("Seccomp_filters:\t2", false)]
    [InlineData("", false)]
    public void A_filter_of_system_calls_is_known_by_the_status(string line, bool isFiltering) =>
        Assert.Equal(isFiltering, Seccomp.IsFiltering(["Name:\ttcptop", line]));

    [Theory]
    [InlineData(1, true, "a seccomp filter refuses it")]
    [InlineData(38, true, "a seccomp filter refuses it")]
    [InlineData(13, true, "; the kernel's policy refuses it")]
    [InlineData(1, false, "; the kernel's policy refuses it")]
    [InlineData(38, false, null)]
    [InlineData(22, true, null)]
    public void A_filter_is_put_down_what_filters_answer_and_nothing_else(
        int errno, bool isFiltered, string? hint)
    {
        var said = KernelSupport.Hint(new KernelException("load it", errno), isFiltered);
        if (hint is null)
            Assert.Empty(said);
        else
            Assert.Contains(hint, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, true, 1, "CAP_SYS_ADMIN")]
    [InlineData(true, true, 1, "a seccomp filter that allows setns, as a container may have it")]
    [InlineData(true, true, 38, "a seccomp filter that allows setns, as a container may have it")]
    [InlineData(true, false, 1, "a security policy that allows setns")]
    [InlineData(true, true, 13, "a security policy that allows setns")]
    [InlineData(true, true, 12, "setns to work: Cannot allocate memory")]
    public void What_it_takes_to_enter_a_namespace_is_said_by_how_that_was_refused(
        bool sysAdmin, bool isFiltered, int errno, string needed) =>
        Assert.Equal(needed, NetworkNamespaces.Needed(sysAdmin, isFiltered, errno));

    [Fact]
    public void A_trace_says_of_the_cgroup_tree_what_is_wrong_with_it()
    {
        var support = new TraceSupport
        {
            HasCallTracepoints = true,
            HooksSplices = true,
            Cgroup = new(null, CgroupHooks.NeedsTree),
        };
        var plan = TracePlan.From(support, ConnectionFilter.None);
        Assert.Equal(
            [
                new Missing(
                    "UDP sockets that are not connected show no peer",
                    "a cgroup v2 tree, and none can be found here"),
            ],
            plan.Missing);
    }
}
