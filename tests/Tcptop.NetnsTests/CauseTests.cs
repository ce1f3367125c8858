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
}
