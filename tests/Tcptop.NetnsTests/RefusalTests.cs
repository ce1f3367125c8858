using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>What cannot be done is said in one clear line, with the exit code that scripts rely on.</summary>
public sealed class RefusalTests
{
    private const string NeedsRoot = "error: tcptop requires root privileges. Run with sudo.\n";

    [Fact]
    public void An_ordinary_user_is_told_to_use_sudo()
    {
        var result = Tool.Run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", Programs.Tcptop, "--batch", "-n", "1");
        Assert.Equal(new ToolResult(77, "", NeedsRoot), result);
    }

    [Fact]
    public void Who_has_one_capability_of_two_is_told_which_is_lacking()
    {
        // 38 is CAP_PERFMON, a name that older tools do not know.
        var result = Tool.Run("setpriv", "--bounding-set=-sys_admin,-cap_38", Programs.Tcptop, "--batch", "-n", "1");
        Assert.Equal(new ToolResult(77, "", NeedsRoot + "Not enough: this process lacks CAP_PERFMON.\n"), result);
    }

    [Fact]
    public void Two_capabilities_suffice_for_an_ordinary_user()
    {
        using var pair = new LoopbackPair();
        var result = Tool.Run(
            "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=+cap_38,+cap_39", "--ambient-caps=+cap_38,+cap_39",
            Programs.Tcptop, "--batch", "--format", "json", "-n", "1");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"\"local_port\":{pair.ClientPort}", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_could_not_be_looked_at_for_want_of_a_capability_is_named()
    {
        using var ns = new NetworkNamespace();
        var result = Tool.Run("setpriv", "--bounding-set=-sys_admin", Programs.Tcptop, "--batch", "-n", "1");
        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"^note: not seen: (sockets without a file|live connections) in \d+ other network namespaces \(needs CAP_SYS_ADMIN\)\n$", result.Error);
    }

    [Fact]
    public void What_may_not_even_be_known_of_for_want_of_a_capability_is_named()
    {
        // This process is the other user's: an ordinary user may not know in which network namespace it is, and so which there are.
        var result = Tool.Run(
            "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=+sys_admin,+net_admin", "--ambient-caps=+sys_admin,+net_admin",
            Programs.Tcptop, "--batch", "-n", "1");
        Assert.Equal(0, result.ExitCode);
        Assert.Matches(
            @"^note: not seen: (sockets without a file|live connections) in network namespaces of processes that may not be looked at \(needs CAP_SYS_PTRACE\)$",
            result.Error.Split('\n')[0]);
    }

    [Fact]
    public void A_kernel_without_type_information_is_unsupported_and_told_what_it_lacks()
    {
        var result = Tool.Run("unshare", "--mount", "sh", "-c", $"mount -t tmpfs none /sys/kernel/btf && exec '{Programs.Tcptop}' --batch -n 1");
        Assert.Equal(new ToolResult(69, "", "error: this kernel lacks BTF (/sys/kernel/btf/vmlinux) (needs a kernel built with CONFIG_DEBUG_INFO_BTF)\n"), result);
    }

    /// <summary>How many suffice depends on the runtime: from more than enough down to the first that do not, none is a run that does without something.</summary>
    [Fact]
    public void Too_few_open_files_are_a_refusal_that_names_their_limit()
    {
        ToolResult result;
        var limit = 120;
        do
        {
            limit -= 5;
            result = Tool.Run("bash", "-c", $"ulimit -n {limit}; exec '{Programs.Tcptop}' --batch -n 1");
            Assert.DoesNotContain("not seen: UDP", result.Error, StringComparison.Ordinal);
        }
        while (result.ExitCode == 0);
        Assert.True(limit > 20, $"{limit} files suffice");
        Assert.Equal(69, result.ExitCode);
        Assert.Matches(@"^error: .*\(ulimit -[an]\)", result.Error);
    }

    [Fact]
    public void A_full_disk_is_one_line_with_the_reason()
    {
        var result = Tool.Run("sh", "-c", $"'{Programs.Tcptop}' --batch > /dev/full");
        Assert.Equal(new ToolResult(1, "", "error: cannot write to standard output: No space left on device\n"), result);
    }

    [Fact]
    public void A_reader_that_leaves_is_a_quiet_end()
    {
        var result = Tool.Run("bash", "-c", $"'{Programs.Tcptop}' --batch --interval 0.1 | head -n 1; exit ${{PIPESTATUS[0]}}");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("connections", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_flag_is_refused_before_privileges_are_asked_for()
    {
        var result = Tool.Run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", Programs.Tcptop, "--interval", "0");
        Assert.Equal(new ToolResult(2, "", "error: --interval '0' is not allowed: give a number of seconds from 0.1 to 3600\n"), result);
    }

    [Fact]
    public void A_count_of_refreshes_ends_the_program_by_itself()
    {
        using var pair = new LoopbackPair();
        var result = Tool.Run(Programs.Tcptop, "--batch", "--format", "json", "-n", "3", "--interval", "0.1");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var own = $"\"local_port\":{pair.ClientPort},\"remote_addr\":\"127.0.0.1\",\"remote_port\":{pair.ServerPort},";
        Assert.Equal(3, result.Output.Split('\n').Count(line => line.Contains(own, StringComparison.Ordinal)));
    }
}
