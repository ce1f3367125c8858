using System.Text;
using Tcptop.Model;
using Tcptop.Table;
using Tcptop.UnitTests.Table;
using Xunit;

namespace Tcptop.UnitTests.Fuzz;

/// <summary>
/// Words typed into the filter, against rows of any ends and names: the fast way and the plain one must
/// agree.
/// </summary>
public sealed class FilterFuzzTests
{
    private const int RowsOfEach = 40;

    [Fact]
    public void A_typed_filter_finds_what_a_plain_search_finds()
    {
        var random = new Random(FuzzRun.Seed);
        var rows = Enumerable.Range(0, 400).Select(_ => Row(random)).ToArray();
        var texts = rows[..4].SelectMany(
            row => new[] { $"{row.Local} {row.ProcessName}", row.Remote.ToString() });
        byte[][] samples = [.. texts.Select(Encoding.UTF8.GetBytes)];
        FuzzRun.Over(
            FuzzTarget.TypedFilters,
            inputs => inputs.Of(1_500, 300, 60, samples),
            input => new TextFilter(FuzzRun.Text(input)),
            (input, filter) =>
            {
                var containers = new HostAnswers(null);
                for (var i = 0; i < RowsOfEach; i++)
                {
                    ref var row = ref rows[random.Next(rows.Length)];
                    if (IsFound(filter.Text, row) != filter.Matches(row, containers))
                        Assert.Fail($"{row.Local} {row.Remote} {row.ProcessName}: the plain search says {IsFound(filter.Text, row)}");
                }
            });
    }

    private static bool IsFound(string text, in ConnectionRecord row)
    {
        var (name, local, remote) = (row.ProcessName.ToString(), row.Local, row.Remote);
        return text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .All(word => name.Contains(word, StringComparison.OrdinalIgnoreCase) || IsFound(word, local)
                || IsFound(word, remote));
    }

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
