using System.Globalization;
using Tcptop.UnitTests.Collectors;
using Xunit;

namespace Tcptop.UnitTests.Fuzz;

public sealed class FuzzingDocumentTests
{
    private static readonly string Document = File.ReadAllText(
        Path.Combine(AbiLayoutTests.RepositoryRoot(), "docs", "fuzzing.md"));

    [Fact]
    public void The_document_names_every_decoder_with_its_inputs_and_its_bound()
    {
        var rows = Document.Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Skip(1)
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries));
        Assert.Equal(
            FuzzTarget.All.Select(RowOf), rows.Select(cells => string.Join(" | ", cells[1], cells[3], cells[4])));
    }

    [Fact]
    public void The_document_has_the_seed_and_the_sum()
    {
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"seed {FuzzRun.Seed}"), Document, StringComparison.Ordinal);
        var inputs = FuzzTarget.All.Sum(target => target.Inputs);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"{inputs:N0} inputs"), Document, StringComparison.Ordinal);
    }

    private static string RowOf(FuzzTarget target) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{target.Name} | {target.Inputs:N0} | {target.FixedBytes:N0} + {target.BytesPerByte:N0}");
}
