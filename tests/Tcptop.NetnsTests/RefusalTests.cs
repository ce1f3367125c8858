using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>What cannot be done is said in one clear line, with the exit code that scripts rely on.</summary>
public sealed class RefusalTests
{
    internal const string NeedsRoot = "error: tcptop requires root privileges. Run with sudo.\n";

    [Fact]
    public void An_ordinary_user_is_told_to_use_sudo()
    {
        var result = OrdinaryUser.Run("", "--batch", "-n", "1");
        Assert.Equal(new ToolResult(77, "", NeedsRoot), result);
    }

    [Fact]
    public void A_kernel_without_type_information_is_unsupported_and_told_what_it_lacks()
    {
        var result = Tool.Run("unshare", "--mount", "sh", "-c",
            $"mount -t tmpfs none /sys/kernel/btf && exec '{Programs.Tcptop}' --batch -n 1");
        Assert.Equal(new ToolResult(69, "", "error: this kernel lacks BTF (/sys/kernel/btf/vmlinux) (needs a kernel built with CONFIG_DEBUG_INFO_BTF)\n"), result);
    }

    /// <summary>
    /// How many suffice depends on the runtime: from more than enough down to the first that do not, none is
    /// a run that does without something.
    /// </summary>
    [Theory]
    [InlineData("--batch -n 1")]
    [InlineData("trace -n 1")]
    public void Too_few_open_files_are_a_refusal_that_names_their_limit(string way)
    {
        // For the trace, which ends with an event.
        using var traffic = new SteadyTraffic();
        var usual = Tool.Run("bash", "-c", $"exec '{Programs.Tcptop}' {way}").Error;
        ToolResult result;
        var limit = 120;
        do
        {
            limit -= 5;
            result = Tool.Run("bash", "-c", $"ulimit -n {limit}; exec '{Programs.Tcptop}' {way}");
            Assert.True(result.ExitCode != 0 || result.Error == usual, result.Error);
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
        Assert.Equal(
            new ToolResult(1, "", "error: cannot write to standard output: No space left on device\n"), result);
    }

    [Fact]
    public void A_reader_that_leaves_is_a_quiet_end()
    {
        var result = Tool.Run(
            "bash", "-c", $"'{Programs.Tcptop}' --batch --interval 0.1 | head -n 1; exit ${{PIPESTATUS[0]}}");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("connections", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_flag_is_refused_before_privileges_are_asked_for()
    {
        var result = OrdinaryUser.Run("", "--interval", "0");
        const string Error = "error: --interval '0' is not allowed: give a number of seconds from 0.1 to 3600\n";
        Assert.Equal(new ToolResult(2, "", Error), result);
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
