using System.Globalization;
using Tcptop.Model;
using Tcptop.Model.Filtering;
using Tcptop.Table;
using Tcptop.UnitTests.Fuzz;
using Xunit;

namespace Tcptop.UnitTests.Filtering;

/// <summary>
/// Expressions made at random, each together with what it means in plain code: written as text, read again, and asked
/// of rows.
/// </summary>
public sealed class RandomExpressionTests
{
    private const int Expressions = 20_000;
    private const int Rows = 12;

    private static readonly string[] Names = ["nginx", "ssh", "redis", ""];
    private static readonly TcpState[] States = [TcpState.Established, TcpState.CloseWait, TcpState.Listen];

    private readonly Random _random = new(FuzzRun.Seed);

    private delegate bool Meaning(in ConnectionRecord row);

    [Fact]
    public void They_want_the_rows_that_plain_code_wants()
    {
        var host = new HostAnswers(null);
        var wanted = 0;
        for (var i = 0; i < Expressions; i++)
        {
            var (text, meaning) = Any(3);
            var filter = new RowFilter(FilterParser.Parse(text));
            // What is written for people is read as the same.
            var again = new RowFilter(FilterParser.Parse(filter.Expression.ToString()));
            for (var j = 0; j < Rows; j++)
            {
                var row = Row();
                var expected = meaning(row);
                wanted += expected ? 1 : 0;
                if (filter.Matches(row, host, default) != expected || again.Matches(row, host, default) != expected)
                    Assert.Fail($"{text}: {row.Local} {row.Remote} {row.ProcessName} {row.State}: not {expected}");
            }
        }
        // Neither nearly all nor nearly none: else this would say little.
        Assert.InRange(wanted, Expressions * Rows / 5, Expressions * Rows * 4 / 5);
    }

    private (string Text, Meaning Meaning) Any(int depth)
    {
        var (text, meaning) = All(depth);
        if (_random.Next(3) != 0)
            return (text, meaning);
        var (other, also) = All(depth);
        return ($"{text} {Pick("or", "OR", "||")} {other}", (in row) => meaning(row) || also(row));
    }

    private (string Text, Meaning Meaning) All(int depth)
    {
        var (text, meaning) = Term(depth);
        if (_random.Next(3) != 0)
            return (text, meaning);
        var (other, also) = Term(depth);
        return ($"{text} {Pick("", "and", "&&")} {other}", (in row) => meaning(row) && also(row));
    }

    private (string Text, Meaning Meaning) Term(int depth)
    {
        if (depth > 0 && _random.Next(4) == 0)
        {
            var (inner, meaning) = Any(depth - 1);
            return ($"({inner})", meaning);
        }
        if (depth > 0 && _random.Next(4) == 0)
        {
            var (inner, meaning) = Term(depth - 1);
            return ($"{Pick("not ", "-", "!")}{inner}", (in row) => !meaning(row));
        }
        return Leaf();
    }

    private (string Text, Meaning Meaning) Leaf()
    {
        var number = _random.Next(4);
        var name = Names[_random.Next(3)];
        switch (_random.Next(9))
        {
            case 0:
                return ($"port {number}", (in row) => row.Local.Port == number || row.Remote.Port == number);
            case 1:
                return ($"port != {number}", (in row) => row.Local.Port != number && row.Remote.Port != number);
            case 2:
                return Compared("bytes_in", number, static (in row) => (int?)row.BytesIn);
            case 3:
                return Compared("lport", number, static (in row) => row.Local.Port);
            case 4:
                return ($"net 10.0.{number}.0/24", (in row) => IsIn(row.Local, number) || IsIn(row.Remote, number));
            case 5:
                return ($"process{Pick(" = ", ":", "==")}{name}", (in row) => row.ProcessName.ToString() == name);
            case 6:
                return ($"process != {name}",
                    (in row) => !row.ProcessName.IsEmpty && row.ProcessName.ToString() != name);
            case 7:
                var state = States[_random.Next(States.Length)];
                return ($"state:{state.Name().ToLowerInvariant()}", (in row) => row.State == state);
            default:
                return (name, (in row) => row.ProcessName.ToString().Contains(name, StringComparison.Ordinal));
        }
    }

    private delegate int? Number(in ConnectionRecord row);

    private (string Text, Meaning Meaning) Compared(string field, int number, Number read)
    {
        var wanted = number.ToString(CultureInfo.InvariantCulture);
        return _random.Next(5) switch
        {
            0 => ($"{field} < {wanted}", (in row) => read(row) < number),
            1 => ($"{field}:>={wanted}", (in row) => read(row) >= number),
            2 => ($"{field}!={wanted}", (in row) => read(row) is { } value && value != number),
            3 => ($"{field} in ({wanted}, 3)", (in row) => read(row) is { } value && (value == number || value == 3)),
            _ => ($"{field}={wanted}", (in row) => read(row) == number),
        };
    }

    private string Pick(params string[] words) => words[_random.Next(words.Length)];

    private static bool IsIn(Endpoint end, int number) =>
        end.ToString().StartsWith($"10.0.{number}.", StringComparison.Ordinal);

    private ConnectionRecord Row()
    {
        var row = Tui.Connections.Tcp(End(), End()) with
        {
            ProcessName = KernelName.FromText(Names[_random.Next(Names.Length)]),
            State = States[_random.Next(States.Length)],
        };
        row.HasCounters = _random.Next(4) != 0;
        row.BytesIn = (ulong)_random.Next(4);
        return row;
    }

    private string End() => $"10.0.{_random.Next(4)}.{_random.Next(200)}:{_random.Next(4)}";
}
