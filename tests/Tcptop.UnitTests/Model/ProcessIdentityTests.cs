using Tcptop.Model;
using Xunit;

namespace Tcptop.UnitTests.Model;

public sealed class ProcessIdentityTests
{
    [Fact]
    public void Where_there_is_one_namespace_a_process_has_one_id()
    {
        var process = new ProcessIdentity(812, 7);
        Assert.Equal((812u, 812u, true, true), (process.HostPid, process.Pid, process.IsKnown, process.IsVisible));
        Assert.Equal(new ProcessIdentity(812, 7, 812), process);
    }

    [Fact]
    public void A_process_outside_is_known_and_has_no_id_here()
    {
        var process = new ProcessIdentity(812, 7, 0);
        Assert.Equal((true, false), (process.IsKnown, process.IsVisible));
    }

    [Fact]
    public void None_is_neither_known_nor_visible() =>
        Assert.Equal((false, false), (default(ProcessIdentity).IsKnown, default(ProcessIdentity).IsVisible));

    [Fact]
    public void Two_that_have_been_given_the_same_id_here_one_after_the_other_are_two()
    {
        Assert.NotEqual(new ProcessIdentity(812, 7, 5), new ProcessIdentity(813, 7, 5));
        Assert.NotEqual(new ProcessIdentity(812, 7, 5), new ProcessIdentity(812, 8, 5));
    }
}
