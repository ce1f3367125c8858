using System.Xml.Linq;
using Tcptop.UnitTests.Collectors;
using Xunit;

namespace Tcptop.UnitTests;

/// <summary>Dependencies point one way; a new reference is a decision that shows here.</summary>
public sealed class DependencyRuleTests
{
    [Theory]
    [InlineData("Tcptop.Model")]
    [InlineData("Tcptop.Libbpf")]
    [InlineData("Tcptop.Collectors", "Tcptop.Libbpf", "Tcptop.Model")]
    [InlineData("Tcptop.Table", "Tcptop.Model")]
    [InlineData("Tcptop.Outputs", "Tcptop.Model", "Tcptop.Table")]
    [InlineData("Tcptop.Tui", "Tcptop.Model", "Tcptop.Table")]
    [InlineData("Tcptop", "Tcptop.Collectors", "Tcptop.Libbpf", "Tcptop.Model", "Tcptop.Outputs", "Tcptop.Table", "Tcptop.Tui")]
    public void A_project_refers_to_these_alone(string project, params string[] references)
    {
        var file = Path.Combine(AbiLayoutTests.RepositoryRoot(), "src", project, project + ".csproj");
        var found = XDocument.Load(file).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
        Assert.Equal(references, found.Order(StringComparer.Ordinal));
    }
}
