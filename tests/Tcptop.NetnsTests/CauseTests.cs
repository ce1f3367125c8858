using System.Net;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>
/// What looks like a lack of rights, or of the kernel, and is none: it is done all the same where
/// that can be, and else its cause is named.
/// </summary>
public sealed class CauseTests
{
    /// <summary>What stands behind it runs with other mounts, which nobody else sees.</summary>
    private static string[] Mounts(string commands) =>
    [
        "unshare", "--mount", "sh", "-c",
        $"mount --make-rprivate / && {commands} && exec \"$@\"", "sh",
    ];

    // As "ip netns exec" does it.
    private static string[] WithoutCgroupMount =>
        Mounts("umount -l /sys && mount -t sysfs none /sys");

    private static string[] WithoutRights => ["setpriv", "--bounding-set=-sys_admin,-sys_ptrace"];

    // As in a chroot, or a small container.
    private static string[] WithoutSys => Mounts("mount -t tmpfs none /sys");

    public static TheoryData<string> Places => ["no cgroup2 is mounted", "no /sys is mounted"];

    [Theory]
    [MemberData(nameof(Places))]
    public void Datagrams_are_counted(string place)
    {
        using var tcptop = TcptopProcess.StartBy(CommandFor(place));
        using var socket = new DatagramSocket(IPAddress.Loopback);
        for (var datagram = 0; datagram < 10; datagram++)
            socket.SendTo(IPAddress.Loopback, socket.Port, 100);
        var row = tcptop.WaitForLive(
            socket.Port, socket.Port, row => row.BytesOut == 1_000, "what was sent is counted");
        Assert.Equal((10L, "udp"), (row.PacketsOut, row.Protocol));
        tcptop.Signal(RunningProcess.Terminate);
        Assert.Equal(0, tcptop.WaitForExit().ExitCode);
    }

    [Fact]
    public void The_cgroup_of_a_connection_is_known_where_no_cgroup2_is_mounted()
    {
        using var tcptop = TcptopProcess.StartBy(WithoutCgroupMount);
        using var cgroup = new ServiceCgroup();
        using var server = new RunningProcess(Programs.Traffic, "serve", "127.0.0.1", "0", "0");
        var port = server.WaitForPort();
        using var client = new RunningProcess(
            "bash", "-c", "read; exec \"$@\"", "bash",
            Programs.Traffic, "send", "127.0.0.1", $"{port}", "1");
        cgroup.TakeIn(client);
        client.Input.WriteLine();
        var row = tcptop.WaitForLive(
            client.WaitForPort(), port, row => row.Pid == client.Id, "the client's end is shown");
        Assert.Equal((cgroup.Path, cgroup.Name), (row.Cgroup, row.Container));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Neither_is_said_to_be_missing_where_it_can_be_had(string place)
    {
        var usual = Tool.Run(Programs.Tcptop, "--batch", "-n", "1");
        var command = CommandFor(place);
        var result = Tool.Run(command[0], [.. command[1..], Programs.Tcptop, "--batch", "-n", "1"]);
        Assert.Equal((0, usual.Error), (result.ExitCode, result.Error));
    }

    [Fact]
    public void A_trace_finds_the_types_of_the_kernel_where_no_sys_is_mounted()
    {
        using var socket = new DatagramSocket(IPAddress.Loopback);
        using var trace = TraceProcess.StartBy(
            WithoutSys,
            () => socket.SendTo(IPAddress.Loopback, socket.Port, 7),
            "--local-port", $"{socket.Port}");
        Assert.Contains(" 7", trace.WaitFor(socket.Port, 1)[0].What, StringComparison.Ordinal);
    }

    /// <summary>One right is needed to look, and the other to show libbpf what was found.</summary>
    [Theory]
    [InlineData("--batch", "-sys_admin,-sys_ptrace")]
    [InlineData("trace", "-sys_admin,-sys_ptrace")]
    [InlineData("--batch", "-sys_chroot")]
    [InlineData("trace", "-sys_chroot")]
    public void Who_may_not_look_for_them_elsewhere_is_told_that_sys_is_not_mounted(
        string way, string rights)
    {
        const string NotMounted = "error: /sys is not mounted, where the kernel keeps its type "
            + "information (BTF) "
            + "(needs a mounted sysfs, or CAP_SYS_ADMIN and CAP_SYS_CHROOT)\n";
        string[] command =
        [
            .. WithoutSys, "setpriv", $"--bounding-set={rights}", Programs.Tcptop, way, "-n", "1",
        ];
        var result = Tool.Run(command[0], command[1..]);
        Assert.Equal(new ToolResult(69, "", NotMounted), result);
    }

    [Fact]
    public void A_kernel_without_types_is_told_from_a_sys_that_is_not_mounted()
    {
        const string NoTypes = "error: this kernel lacks BTF (/sys/kernel/btf/vmlinux) "
            + "(needs a kernel built with CONFIG_DEBUG_INFO_BTF)\n";
        // Who may not make a sysfs of his own sees that of the first process, which has no types.
        using var inside = new ProcessNamespace();
        string[] hide = [.. inside.Entry, "mount", "-t", "tmpfs", "none", "/sys/kernel/btf"];
        Tool.Must(hide[0], hide[1..]);
        string[] command =
        [
            .. inside.Entry, .. WithoutSys, "setpriv", "--bounding-set=-sys_admin",
            Programs.Tcptop, "--batch", "-n", "1",
        ];
        var result = Tool.Run(command[0], command[1..]);
        Assert.Equal(new ToolResult(69, "", NoTypes), result);
    }

    [Fact]
    public void Without_a_cgroup_tree_it_is_not_a_capability_that_is_said_to_be_missing()
    {
        const string NoTree =
            "note: not seen: UDP (needs a cgroup v2 tree, and none can be found here)";
        string[] command =
            [.. WithoutCgroupMount, .. WithoutRights, Programs.Tcptop, "--batch", "-n", "1"];
        var result = Tool.Run(command[0], command[1..]);
        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain("UDP (needs CAP_NET_ADMIN", result.Error, StringComparison.Ordinal);
        // Where functions are hooked, UDP needs no tree.
        var said = result.Error.Split('\n');
        Assert.All(
            said.Where(line => line.Contains("UDP", StringComparison.Ordinal)),
            line => Assert.Equal(NoTree, line));
    }

    [Fact]
    public void A_filter_of_system_calls_that_refuses_setns_is_named()
    {
        using var ns = new NetworkNamespace();
        var script = Path.Combine(AppContext.BaseDirectory, "Causes", "refuse_setns.py");
        // An absolute path: the script does not look for it.
        var python = Tool.Must("sh", "-c", "command -v python3").Trim();
        var result = Tool.Run(python, script, Programs.Tcptop, "--batch", "-n", "1");
        Assert.Equal(0, result.ExitCode);
        Assert.Matches(
            @"^note: not seen: .* in \d+ other network namespaces? "
                + @"\(needs a seccomp filter that allows setns, as a container may have it\)\n$",
            result.Error);
    }

    [Theory]
    [InlineData("--batch")]
    [InlineData("trace")]
    public void The_root_of_a_user_namespace_is_told_that_this_is_not_enough(string way)
    {
        const string NotEnough = "The root of a user namespace is not enough.\n";
        var result = Tool.Run("unshare", "--map-root-user", Programs.Tcptop, way, "-n", "1");
        Assert.Equal(new ToolResult(77, "", RefusalTests.NeedsRoot + NotEnough), result);
    }

    /// <summary>The runtime needs some: where it does not come up, nothing can be said.</summary>
    [Fact]
    public void However_few_files_may_be_open_it_is_their_limit_that_is_named()
    {
        const string Remedy = "; raise the limit (ulimit -n)\n";
        static ToolResult Run(int limit, string flags) =>
            Tool.Run("bash", "-c", $"ulimit -n {limit}; exec '{Programs.Tcptop}' {flags}");
        var said = Enumerable.Range(2, 18).Select(step => step * 4)
            .Where(limit => Run(limit, "--version").ExitCode == 0)
            .Select(limit => (limit, Result: Run(limit, "--batch -n 1 --port 9")))
            .Where(run => run.Result.ExitCode != 0)
            .ToList();
        Assert.NotEmpty(said);
        Assert.All(said, run => Assert.EndsWith(Remedy, run.Result.Error, StringComparison.Ordinal));
        Assert.All(said, run => Assert.Equal(69, run.Result.ExitCode));
    }

    private static string[] CommandFor(string place) =>
        place == "no /sys is mounted" ? WithoutSys : WithoutCgroupMount;
}
