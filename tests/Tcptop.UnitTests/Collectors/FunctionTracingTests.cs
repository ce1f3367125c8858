using Tcptop.Collectors.Ebpf;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

public sealed class FunctionTracingTests
{
    [Theory]
    [InlineData("0\n", false)]
    [InlineData("1\n", true)]
    public void The_switch_says_whether_hooks_in_functions_run(string content, bool isOn)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, content);
            Assert.Equal(isOn, FunctionTracing.IsOn(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_kernel_without_the_switch_runs_them() => Assert.True(FunctionTracing.IsOn("/nowhere/ftrace_enabled"));
}
