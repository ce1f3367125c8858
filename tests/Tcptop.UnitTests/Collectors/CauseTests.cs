using Tcptop.Collectors.Ebpf;
using Tcptop.Collectors.Ebpf.Trace;
using Tcptop.Model;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

/// <summary>What a lack is put down to.</summary>
public sealed class CauseTests
{
    [Fact]
    public void A_trace_says_of_the_cgroup_tree_what_is_wrong_with_it()
    {
        var support = new TraceSupport
        {
            HasCallTracepoints = true,
            HooksSplices = true,
            Cgroup = new(null, CgroupHooks.NeedsTree),
        };
        var plan = TracePlan.From(support, new TraceFilter { Tcp = true, Udp = true });
        Assert.Equal(
            [
                new Missing(
                    "UDP sockets that are not connected show no peer",
                    "a cgroup v2 tree, and none can be found here"),
            ],
            plan.Missing);
    }
}
