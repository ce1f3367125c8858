using Tcptop.Collectors.Ebpf;
using Tcptop.Collectors.Ebpf.Trace;
using Tcptop.Model;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

public sealed class TracePlanTests
{
    private static readonly TraceSupport Everything = new()
    {
        HasCallTracepoints = true,
        HooksCallFunctions = true,
        HooksPeerFunctions = true,
        HooksPages = true,
        HooksSplices = true,
        Cgroup = new("/sys/fs/cgroup"),
    };

    private static readonly ConnectionFilter All = new();

    [Fact]
    public void Tracepoints_come_before_functions_and_functions_before_cgroups()
    {
        var plan = TracePlan.From(Everything, All);
        Assert.Equal(
            ["tcptop_tr_state", "tcptop_tr_to4", "tcptop_tr_to6", "tcptop_tr_from", "tcptop_tr_send", "tcptop_tr_recv",
                "tcptop_tr_splice"], plan.TracingPrograms);
        Assert.Empty(plan.CgroupPrograms);
        Assert.Empty(plan.Missing);
    }

    [Fact]
    public void Without_tracepoints_the_functions_tell_the_calls()
    {
        var plan = TracePlan.From(Everything with { HasCallTracepoints = false }, All);
        Assert.Equal(
            ["tcptop_tr_send4", "tcptop_tr_send6", "tcptop_tr_recv4", "tcptop_tr_recv6", "tcptop_tr_page",
                "tcptop_tr_splice"], plan.TracingPrograms.Skip(4));
    }

    [Fact]
    public void Where_no_function_may_be_hooked_the_cgroup_tells_peers_and_what_is_not_seen_is_named()
    {
        var plan = TracePlan.From(new TraceSupport { HasCallTracepoints = true, Cgroup = new("/sys/fs/cgroup") }, All);
        Assert.Equal(["tcptop_tr_state", "tcptop_tr_send", "tcptop_tr_recv"], plan.TracingPrograms);
        Assert.Equal(["tcptop_tr_cto4", "tcptop_tr_cto6", "tcptop_tr_cfr4", "tcptop_tr_cfr6"], plan.CgroupPrograms);
        Assert.Equal(2, plan.Missing.Count);
    }

    [Fact]
    public void A_protocol_that_is_not_wanted_has_no_programs_of_its_own_and_is_not_missed()
    {
        var support = new TraceSupport { HasCallTracepoints = true };
        var tcp = TracePlan.From(support, All with { Protocol = Protocol.Tcp });
        Assert.Empty(tcp.CgroupPrograms);
        Assert.DoesNotContain(tcp.Missing, missing => missing.Feature.Contains("UDP", StringComparison.Ordinal));
        var udp = TracePlan.From(Everything, All with { Protocol = Protocol.Udp });
        Assert.Equal(
            ["tcptop_tr_to4", "tcptop_tr_to6", "tcptop_tr_from", "tcptop_tr_send", "tcptop_tr_recv"], udp.Programs);
    }

    [Fact]
    public void Datagrams_are_asked_for_their_device_only_when_a_filter_asks_for_one()
    {
        var filter = All with { Protocol = Protocol.Udp, Interfaces = ["eth0"] };
        Assert.Equal(["tcptop_tr_dev4", "tcptop_tr_dev6"],
            TracePlan.From(Everything, filter).Programs.Except(TracePlan.From(Everything, All).Programs));
        var cgroup = TracePlan.From(
            new TraceSupport { HasCallTracepoints = true, Cgroup = new("/sys/fs/cgroup") }, filter);
        Assert.Equal(["tcptop_tr_leave", "tcptop_tr_arrive"], cgroup.CgroupPrograms.Skip(4));
        Assert.Equal(1u, TracePrograms.Settings(cgroup).DeviceOfFlow);
    }

    [Fact]
    public void A_refused_plan_gives_up_one_thing_after_the_other_but_never_the_calls()
    {
        var steps = new List<string>();
        for (var plan = TracePlan.From(Everything, All); plan is not null; plan = plan.Lesser())
            steps.Add($"{plan.Splices} {plan.Peers} {plan.Calls}");
        Assert.Equal(
            [
                "True Functions Tracepoints",
                "False Functions Tracepoints",
                "False Cgroup Tracepoints",
                "False None Tracepoints",
            ],
            steps);
    }

    [Fact]
    public void A_kernel_that_shows_no_calls_is_named_unsupported()
    {
        var refused = Assert.Throws<UnsupportedHostException>(
            () => TracePlan.From(new TraceSupport { Cgroup = new("/sys/fs/cgroup") }, All));
        Assert.Contains(
            "the tracepoints sock_send_length and sock_recv_length", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void A_port_that_is_asked_for_in_several_ways_has_all_its_uses()
    {
        var uses = TracePrograms.PortUses(All with { Ports = [80, 443], LocalPorts = [80], RemotePorts = [80, 53] });
        Assert.Equal(
            new Dictionary<uint, TracePortUses>
            {
                [80] = TracePortUses.Either | TracePortUses.Local | TracePortUses.Remote,
                [443] = TracePortUses.Either,
                [53] = TracePortUses.Remote,
            },
            uses);
    }

    [Theory]
    [InlineData("NginX", "nginx", 5)]
    [InlineData("@[`{", "@[`{", 4)]
    [InlineData("ÄB", "Äb", 3)]
    [InlineData("0123456789ABCDEFGH", "0123456789abcdef", 16)]
    public void A_name_is_compared_in_lower_case_and_by_all_its_bytes(string part, string compared, int length)
    {
        var name = TracePrograms.NameOf(part);
        var text = new byte[16];
        var mask = new byte[16];
        System.Runtime.InteropServices.MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)name.Text).CopyTo(text);
        System.Runtime.InteropServices.MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)name.Mask).CopyTo(mask);
        Assert.Equal(compared, System.Text.Encoding.UTF8.GetString(text).TrimEnd('\0'));
        Assert.Equal(length, mask.Count(bits => bits == 0xFF));
    }

    [Fact]
    public void The_settings_say_which_kinds_of_condition_there_are()
    {
        var filter = All with
        {
            Protocol = Protocol.Tcp,
            Pids = [1, 2],
            ProcessNames = ["a"],
            Interfaces = ["lo", "eth0", "eth1"],
            LocalPorts = [5]
        };
        var expected = new TraceSettingsAbi { Tcp = 1, Pids = 2, Names = 1, Devices = 3, LocalPorts = 1 };
        Assert.Equal(expected, TracePrograms.Settings(TracePlan.From(Everything, filter)));
    }
}
