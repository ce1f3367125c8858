using System.Text;
using Tcptop.Model;
using Tcptop.Model.Filtering;
using Tcptop.Table;
using Tcptop.UnitTests.Table;
using Xunit;

namespace Tcptop.UnitTests.Fuzz;

/// <summary>
/// What is typed into the filter, against rows of any ends and names: of words, the fast way and the plain one must
/// agree.
/// </summary>
public sealed class FilterFuzzTests
{
    private const int RowsOfEach = 40;

    [Fact]
    public void A_typed_word_is_found_where_a_plain_search_finds_it()
    {
        var random = new Random(FuzzRun.Seed);
        var rows = Enumerable.Range(0, 400).Select(_ => Row(random)).ToArray();
        var texts = rows[..4].SelectMany(
            row => new[] { row.Local.ToString(), row.ProcessName.ToString(), row.Remote.ToString() });
        byte[][] samples = [.. texts.Select(Encoding.UTF8.GetBytes)];
        FuzzRun.Over(
            FuzzTarget.TypedFilters,
            inputs => inputs.Of(1_500, 300, 60, samples),
            input => new RowFilter(new FilterWord(FuzzRun.Text(input))),
            (input, filter) =>
            {
                var host = new HostAnswers(null);
                for (var i = 0; i < RowsOfEach; i++)
                {
                    ref var row = ref rows[random.Next(rows.Length)];
                    if (IsFound(((FilterWord)filter.Expression).Text, row) != filter.Matches(row, host, default))
                        Assert.Fail($"{row.Local} {row.Remote} {row.ProcessName}: the two do not agree");
                }
            });
    }

    [Fact]
    public void Any_text_is_an_expression_or_has_an_error_in_it()
    {
        var random = new Random(FuzzRun.Seed);
        var rows = Enumerable.Range(0, 20).Select(_ => Row(random)).ToArray();
        byte[][] samples =
        [
            "port in (80, 443) and not process ~ ng or rtt > 10ms"u8.ToArray(),
            "net 10.0.0.0/8 -state:estab (bytes_in >= 1MiB or remote=[::1]:80)"u8.ToArray(),
        ];
        FuzzRun.Over(
            FuzzTarget.Expressions,
            inputs => inputs.Of(3_000, 600, 60, samples),
            input => Parse(FuzzRun.Text(input)),
            (input, parsed) =>
            {
                var length = FuzzRun.Text(input).Length;
                if (parsed.Error is { } error)
                    Assert.InRange(error.At, 0, length);
                var filter = parsed.Expression is { } expression ? new RowFilter(expression) : null;
                foreach (ref var row in rows.AsSpan())
                    _ = filter?.Matches(row, new HostAnswers(null), default);
            });
    }

    private static (FilterExpression? Expression, FilterException? Error) Parse(string text)
    {
        try
        {
            return (FilterParser.Parse(text), null);
        }
        catch (FilterException error)
        {
            return (null, error);
        }
    }

    private static bool IsFound(string word, in ConnectionRecord row) =>
        row.ProcessName.ToString().Contains(word, StringComparison.OrdinalIgnoreCase)
            || IsFound(word, row.Local) || IsFound(word, row.Remote)
            || "established tcp".Split(' ').Any(name => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static bool IsFound(string word, Endpoint end) =>
        end.ToString().Contains(word, StringComparison.OrdinalIgnoreCase);

    private static ConnectionRecord Row(Random random)
    {
        var name = new byte[random.Next(KernelName.ByteLength)];
        random.NextBytes(name);
        for (var i = 0; i < name.Length && random.Next(3) != 0; i++)
            name[i] = (byte)random.Next('a', 'z');
        return ConnectionTableTests.Sample(1, 0, 0) with
        {
            Local = End(random),
            Remote = End(random),
            ProcessName = KernelName.FromBytes(name),
            Owner = new ProcessIdentity(5, 5),
        };
    }

    private static Endpoint End(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        if (random.Next(2) == 0)
            bytes.AsSpan(random.Next(8), 8).Clear();
        return new Endpoint(
            random.Next(2) == 0 ? HostAddress.FromIPv6(bytes) : HostAddress.FromIPv4(bytes.AsSpan(0, 4)),
            (ushort)random.Next(65536));
    }
}
