using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>
/// What looks like a lack of rights, or of the kernel, and is none: it is done all the same where
/// that can be, and else its cause is named.
/// </summary>
public sealed class CauseTests
{
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
