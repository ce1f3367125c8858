using System.Text.RegularExpressions;
using System.Xml.Linq;
using Tcptop.UnitTests.Collectors;
using Xunit;

namespace Tcptop.UnitTests;

/// <summary>Dependencies point one way; a new reference is a decision that shows here.</summary>
public sealed partial class DependencyRuleTests
{
    private static readonly string Sources = Path.Combine(AbiLayoutTests.RepositoryRoot(), "src");

    [Theory]
    [InlineData("Tcptop.Model")]
    [InlineData("Tcptop.Linux", "Tcptop.Model")]
    [InlineData("Tcptop.Collectors", "Tcptop.Linux", "Tcptop.Model")]
    [InlineData("Tcptop.Table", "Tcptop.Model")]
    [InlineData("Tcptop.Outputs", "Tcptop.Model", "Tcptop.Table")]
    [InlineData("Tcptop.Tui", "Tcptop.Linux", "Tcptop.Model", "Tcptop.Table")]
    [InlineData(
        "Tcptop", "Tcptop.Collectors", "Tcptop.Linux", "Tcptop.Model", "Tcptop.Outputs", "Tcptop.Table", "Tcptop.Tui")]
    public void A_project_refers_to_these_alone(string project, params string[] references)
    {
        var found = XDocument.Load(Path.Combine(Sources, project, project + ".csproj")).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
        Assert.Equal(references, found.Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// From the lowest: each folder may use those before it. The project's own folder is the empty name.
    /// </summary>
    [Theory]
    [InlineData("Tcptop.Model", "", "Fields", "Filtering", "Collecting")]
    [InlineData("Tcptop.Linux", "", "Naming")]
    [InlineData("Tcptop.Collectors", "Libbpf", "Ebpf", "Ebpf.Trace")]
    [InlineData("Tcptop.Table", "Formats", "Filtering", "")]
    [InlineData("Tcptop.Outputs", "", "Fields", "Csv", "Json", "Text", "Trace")]
    [InlineData("Tcptop.Tui", "Cells", "Terminal", "Input", "Look", "Grid", "View", "Widgets", "Screens", "")]
    [InlineData("Tcptop", "Native", "Streams", "Lifetime", "Cli", "Sessions", "")]
    public void A_folder_uses_those_before_it_alone(string project, params string[] order)
    {
        var types = order.ToDictionary(folder => folder, folder => TypesOf(project, folder));
        var wrong = new List<string>();
        for (var i = 0; i < order.Length; i++)
        {
            foreach (var file in FilesOf(project, order[i]))
            {
                var words = Words().Matches(Code(file)).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
                foreach (var later in order[(i + 1)..])
                    wrong.AddRange(
                        types[later].Where(words.Contains).Select(type => $"{Path.GetFileName(file)} uses {type}"));
            }
        }
        Assert.Empty(wrong.Distinct());
    }

    [Theory]
    [InlineData("Tcptop.Model")]
    [InlineData("Tcptop.Linux")]
    [InlineData("Tcptop.Collectors")]
    [InlineData("Tcptop.Table")]
    [InlineData("Tcptop.Outputs")]
    [InlineData("Tcptop.Tui")]
    [InlineData("Tcptop")]
    public void A_namespace_is_the_folder(string project)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Sources, project), "*.cs", SearchOption.AllDirectories))
        {
            var folder = Path.GetRelativePath(Sources, Path.GetDirectoryName(file)!).Replace('/', '.');
            if (Namespace().Match(File.ReadAllText(file)) is { Success: true } match)
                Assert.Equal(folder, match.Groups[1].Value);
        }
    }

    private static string[] FilesOf(string project, string folder) =>
        Directory.GetFiles(Path.Combine(Sources, project, folder.Replace('.', '/')), "*.cs");

    private static string[] TypesOf(string project, string folder) =>
        [.. FilesOf(project,
            folder).SelectMany(file => Types().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value)];

    /// <summary>Without comments, texts and the names of members.</summary>
    private static string Code(string file) => Noise().Replace(File.ReadAllText(file), " ");

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(
        @"^(?:public|internal) (?:\w+ )*(?:class|struct|record|enum|interface) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Types();

    [GeneratedRegex(@"//.*|""(?:[^""\\\n]|\\.)*""|(?<=[\w>)\]!?])\.\w+|\busing .*;|(?<!new )\b\w+(?=\s*(?:\{ get|=>|= |\())")]
    private static partial Regex Noise();

    [GeneratedRegex(@"\b[A-Z]\w*")]
    private static partial Regex Words();
}
