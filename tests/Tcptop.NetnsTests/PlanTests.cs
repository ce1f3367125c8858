using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>
/// Which programs are in the kernel, asked of the kernel: how datagrams are counted on a host that offers
/// this or that.
/// </summary>
[Trait(KernelMatrix.Trait, KernelMatrix.Guest)]
public sealed class PlanTests
{
    private const string AtFunctions = "tcptop_udp_arri"; // the kernel keeps 15 characters
    private const string AtCgroup = "tcptop_udp_ingr";
    private const string NotSeen = "note: not seen: UDP (needs CAP_NET_ADMIN)\n";

    /// <summary>Set by who has set up the host: functions, cgroup or none.</summary>
    private static readonly string? Expected = Environment.GetEnvironmentVariable("TCPTOP_EXPECTED_UDP");

    [Fact]
    public void Datagrams_are_counted_by_the_best_way_that_this_host_has()
    {
        using var tcptop = TcptopProcess.Start();
        var programs = KernelInventory.Ours()
            .Where(name => name.StartsWith("program ", StringComparison.Ordinal))
            .Select(name => name["program ".Length..])
            .ToList();
        Console.WriteLine($"@programs {string.Join(' ', programs)}");
        Assert.Contains("tcptop_state", programs);
        Assert.Equal(
            Expected,
            (programs.Contains(AtFunctions), programs.Contains(AtCgroup)) switch
            {
                (true, false) => "functions",
                (false, true) => "cgroup",
                (false, false) => "none",
                _ => "both",
            });
    }

    [Fact]
    public void Sockets_are_read_by_the_best_way_that_this_kernel_has()
    {
        using var tcptop = TcptopProcess.Start();
        // Of the kernels of the matrix the version tells.
        var expected = Environment.OSVersion.Version >= new Version(6, 2) ? "tcptop_walk_cas" : "tcptop_walk_cop";
        Assert.Equal(
            [$"program {expected}"],
            KernelInventory.Ours().Where(name => name.Contains("_walk_", StringComparison.Ordinal)));
    }

    [Fact]
    public void Where_there_is_no_way_it_is_said()
    {
        var result = Tool.Run(Programs.Tcptop, "--batch", "-n", "1");
        Assert.Equal((0, Expected == "none" ? NotSeen : ""), (result.ExitCode, result.Error));
    }
}
