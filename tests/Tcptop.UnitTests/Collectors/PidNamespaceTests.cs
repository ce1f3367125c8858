using Tcptop.Linux.Naming;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

public sealed class PidNamespaceTests
{
    [Theory]
    [InlineData("pid:[4026532177]", 4026532177u)]
    [InlineData("pid:[1]", 1u)]
    public void A_namespace_of_its_own_is_told_by_its_number(string link, uint inode) =>
        Assert.Equal(inode, PidNamespace.Parse(link));

    [Fact]
    public void The_first_of_the_host_needs_no_ids_of_its_own() =>
        Assert.Equal(0u, PidNamespace.Parse("pid:[4026531836]"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("pid:[]")]
    [InlineData("pid:[")]
    [InlineData("pid:[4026532177")]
    [InlineData("pid:4026532177]")]
    [InlineData("pid:[-1]")]
    [InlineData("pid:[+1]")]
    [InlineData("pid:[ 1]")]
    [InlineData("pid:[0x10]")]
    [InlineData("pid:[4294967296]")]
    [InlineData("net:[4026532177]")]
    [InlineData("pid_for_children:[4026532177]")]
    public void What_is_no_namespace_of_processes_is_taken_for_the_first(string? link) =>
        Assert.Equal(0u, PidNamespace.Parse(link));
}
