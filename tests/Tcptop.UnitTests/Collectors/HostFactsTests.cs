using Tcptop.Collectors.Ebpf;
using Tcptop.Collectors.Libbpf;
using Tcptop.Linux;
using Tcptop.Linux.Naming;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

/// <summary>What is read from /proc and the kernel's type names, as pure functions of it.</summary>
public sealed class HostFactsTests
{
    [Theory]
    [InlineData("CapEff:\t000001ffffffffff", new string[0])]
    [InlineData("CapEff:\t0000000000200000", new string[0])] // CAP_SYS_ADMIN
    [InlineData("CapEff:\t000000c000000000", new string[0])] // CAP_BPF and CAP_PERFMON
    [InlineData("CapEff:\t0000008000000000", new[] { "CAP_PERFMON" })]
    [InlineData("CapEff:\t0000004000000000", new[] { "CAP_BPF" })]
    [InlineData("CapEff:\t0000000000000000", new[] { "CAP_BPF", "CAP_PERFMON" })]
    [InlineData("CapEff:\tnonsense", new[] { "CAP_BPF", "CAP_PERFMON" })]
    [InlineData("Name:\tx", new[] { "CAP_BPF", "CAP_PERFMON" })]
    public void The_capabilities_that_are_lacking_are_named(string line, string[] lacking) =>
        Assert.Equal(lacking, Capabilities.Parse(["Name:\tx", line]).Lacking());

    [Fact]
    public void A_kernel_that_has_everything_lacks_nothing() =>
        Assert.Empty(KernelSupport.MissingFrom(_ => true));

    [Fact]
    public void A_kernel_without_socket_storage_in_tracing_programs_is_told_so_with_the_kernel_that_has_it()
    {
        var missing = KernelSupport.MissingFrom(name => name != "bpf_sk_storage_get_tracing");
        Assert.Equal("socket storage in tracing programs (needs Linux 5.11)", Assert.Single(missing).ToString());
    }

    [Theory]
    [InlineData(true, "tcptop_walk_copy")]
    [InlineData(false, "tcptop_walk_cast")]
    public void Sockets_are_read_by_loads_that_cannot_fault_where_there_are_such_and_else_copied(
        bool casts, string leftOut)
    {
        var plan = EbpfPlan.From(new KernelSupport { ReadsDirectly = casts }, new EbpfOptions());
        Assert.Single(plan.LeftOut, program => program.StartsWith("tcptop_walk", StringComparison.Ordinal));
        Assert.Contains(leftOut, plan.LeftOut);
    }

    [Theory]
    [InlineData(true, "/sys/fs/cgroup", "Functions")]
    [InlineData(true, null, "Functions")]
    [InlineData(false, "/sys/fs/cgroup", "Cgroup")]
    [InlineData(false, null, "None")]
    public void Datagrams_are_counted_in_functions_where_those_can_be_hooked_and_else_at_the_cgroup(bool functions,
        string? cgroup, string source) =>
        Assert.Equal(source,
            EbpfPlan.From(new KernelSupport { HooksUdpFunctions = functions, Cgroup = new(cgroup) },
                new EbpfOptions()).Udp.ToString());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_has_no_slot_is_looked_for_by_namespace_where_it_is_to_be_seen(bool all) =>
        Assert.Equal(!all, EbpfPlan.From(new KernelSupport(), new EbpfOptions { AllSockets = all })
            .LeftOut.Contains("tcptop_mini_rows"));

    [Fact]
    public void A_plan_that_the_kernel_refuses_after_all_gives_way_to_the_next_way_to_count_datagrams()
    {
        var plan = EbpfPlan.From(
            new KernelSupport { HooksUdpFunctions = true, Cgroup = new("/sys/fs/cgroup") }, new EbpfOptions());
        Assert.Equal(UdpSource.Cgroup, plan.Lesser()!.Udp);
        Assert.Equal(UdpSource.None, plan.Lesser()!.Lesser()!.Udp);
        Assert.Null(plan.Lesser()!.Lesser()!.Lesser());
    }

    [Fact]
    public void The_type_information_of_the_running_kernel_has_the_names_it_must_have_and_no_others()
    {
        string[] names = ["tcp_sock", "tcp_sendmsg", "udp_sendmsg", "no_such_name_in_any_kernel"];
        using var types = KernelTypes.TryRead(names)!;
        Assert.True(types.Has("tcp_sock"));
        Assert.False(types.Has("no_such_name_in_any_kernel"));
        Assert.False(types.Has("udp_recvmsg"), "it was not asked for");
        Assert.Null(types.FunctionId("tcp_sock"));
        Assert.NotEqual(types.FunctionId("tcp_sendmsg"), types.FunctionId("udp_sendmsg"));
        Assert.NotNull(types.StructureId("tcp_sock"));
        Assert.Null(types.StructureId("tcp_sendmsg"));
    }

    [Fact]
    public void An_excerpt_of_the_types_has_those_that_are_named_and_what_they_are_made_of_and_is_small()
    {
        using var types = KernelTypes.TryRead(["tcp_sock"])!;
        var bytes = types.Excerpt(["tcp_sock"]);
        Assert.InRange(bytes.Length, 1, new FileInfo(KernelTypeFile.Usual).Length / 50);
        using var file = MemoryFile.TryMake("excerpt", bytes)!;
        string[] names =
        [
            "tcp_sock.snd_una", "inet_connection_sock.icsk_inet", "sock_common.skc_state", "task_struct",
            "net_device", "tcp_sendmsg",
        ];
        using var excerpt = KernelTypes.TryRead(file.Path, names)!;
        Assert.Equal(names.Take(3), names.Where(excerpt.Has));
        Assert.NotEqual(types.StructureId("tcp_sock"), excerpt.StructureId("tcp_sock"));
        Assert.Equal(bytes, excerpt.Excerpt(["tcp_sock"]));
    }

    [Fact]
    public void The_type_information_of_the_running_kernel_has_the_members_of_a_structure_each_with_its_own()
    {
        string[] members =
        [
            "sock.sk_bpf_storage", "tcp_sock.sk_bpf_storage", "tcp_sock.snd_una", "sock.no_such_member_in_any_kernel",
        ];
        using var types = KernelTypes.TryRead(members)!;
        Assert.True(types.Has("sock.sk_bpf_storage"));
        Assert.True(types.Has("tcp_sock.snd_una"));
        Assert.False(types.Has("tcp_sock.sk_bpf_storage"), "it is of another structure");
        Assert.False(types.Has("sock.no_such_member_in_any_kernel"));
    }

    [Fact]
    public void The_cgroup_tree_is_found_wherever_it_is_mounted()
    {
        string[] mounts = ["tmpfs /sys/fs/cgroup tmpfs rw 0 0", "cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0",
            "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0"];
        Assert.Equal("/sys/fs/cgroup/unified", Assert.Single(CgroupTree.MountPoints(mounts)));
        Assert.Empty(CgroupTree.MountPoints(["proc /proc proc rw 0 0", ""]));
        Assert.Equal(@"/mnt/a b\c",
            Assert.Single(CgroupTree.MountPoints([@"x /mnt/a\040b\134c cgroup2 rw 0 0".Replace(@"\\", @"\")])));
    }

    [Fact]
    public void Work_is_due_again_when_the_rest_of_its_share_of_time_has_passed()
    {
        var duty = new DutyCycle(share: 0.1);
        Assert.True(duty.IsDue(TimeSpan.Zero));
        duty.Ran(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10.1));
        Assert.False(duty.IsDue(TimeSpan.FromSeconds(10.9)));
        Assert.True(duty.IsDue(TimeSpan.FromSeconds(11)));
    }

    [Fact]
    public void A_flow_is_idle_when_the_refresh_after_its_last_datagram_is_as_long_ago_as_that()
    {
        var refreshes = new RefreshTimes(idle: TimeSpan.FromSeconds(5));
        Assert.Equal((1u, null), (refreshes.Current, refreshes.LastIdle));
        refreshes.Advance(TimeSpan.FromSeconds(100));
        refreshes.Advance(TimeSpan.FromSeconds(103));
        Assert.Equal((3u, null), (refreshes.Current, refreshes.LastIdle));
        refreshes.Advance(TimeSpan.FromSeconds(105));
        Assert.Equal(1u, refreshes.LastIdle);
        refreshes.Advance(TimeSpan.FromSeconds(300));
        Assert.Equal(3u, refreshes.LastIdle);
    }

    [Fact]
    public void Owners_are_looked_for_where_something_may_have_changed_and_now_and_then()
    {
        var schedule = new OwnersSchedule();
        Assert.True(IsDue(schedule, 0, births: 0));
        schedule.Ran(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10.001), births: 5);
        Assert.False(IsDue(schedule, 10.5, births: 5));
        Assert.True(IsDue(schedule, 10.5, births: 5, areUnowned: true));
        Assert.False(IsDue(schedule, 19.9, births: 5));
        Assert.True(IsDue(schedule, 20, births: 5));
        Assert.False(IsDue(schedule, 10.5, births: 6));
        Assert.True(IsDue(schedule, 11, births: 6));
        schedule.Ran(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20.4), births: 6);
        Assert.False(IsDue(schedule, 21, births: 6, areUnowned: true), "it would cost more than its share");
    }

    [Fact]
    public void Processes_that_come_or_go_are_a_reason_to_look_for_owners_when_it_is_time()
    {
        var schedule = new OwnersSchedule();
        schedule.Ran(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10.001), births: 5);
        Assert.False(IsDue(schedule, 10.2, births: 5, processesChanged: true));
        Assert.True(IsDue(schedule, 11, births: 5), "what was said a moment ago is not forgotten");
    }

    [Fact]
    public void Of_the_load_what_tells_of_processes_is_kept() => Assert.Equal(
        "/310 4711\n", System.Text.Encoding.ASCII.GetString(ProcessChanges.Processes("0.05 0.10 0.09 2/310 4711\n"u8)));

    [Fact]
    public void A_process_that_begins_is_noticed()
    {
        using var changes = new ProcessChanges();
        changes.HaveCome();
        Tool.Must("true");
        Assert.True(changes.HaveCome());
    }

    private static bool IsDue(
        OwnersSchedule schedule, double now, uint births, bool areUnowned = false, bool processesChanged = false) =>
        schedule.IsDue(TimeSpan.FromSeconds(now), births, areUnowned, processesChanged);

    [Fact]
    public void A_table_with_room_loses_no_flow()
    {
        var eviction = new FlowEviction(tableSize: 8);
        eviction.Choose([1, 2, 3, 4, 5]);
        Assert.DoesNotContain(true, new uint[] { 1, 2, 3, 4, 5 }.Select(eviction.Takes));
    }

    [Fact]
    public void A_table_that_fills_loses_its_longest_idle_flows_and_no_more_than_it_must()
    {
        uint[] flows = [9, 1, 5, 5, 5, 7, 5];
        var eviction = new FlowEviction(tableSize: 8);
        eviction.Choose(flows);
        Assert.Equal([false, true, true, true, false, false, false], flows.Select(eviction.Takes));
        eviction.Choose([4, 4, 4, 4, 4, 4, 4, 4]);
        Assert.Equal(4, Enumerable.Repeat(4u, 8).Count(eviction.Takes));
    }
}
