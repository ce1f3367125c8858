using System.Globalization;
using System.Numerics;
using System.Text;
using Tcptop.Cli;
using Tcptop.Lifetime;
using Tcptop.Streams;
using Xunit;

namespace Tcptop.UnitTests.Fuzz;

/// <summary>Command lines as scripts with faults, typing errors and strangers' file names make them.</summary>
public sealed class CommandLineFuzzTests
{
    private static readonly byte[][] Samples =
    [
        .. new[]
        {
            "--interval 0.5 --port 80 --port=443 --pid 1 --process nginx -a",
            "-b -n 3 --format json --udp-idle 5 --no-color",
            "--log out.csv --interface eth0 --tcp --udp -n=2",
            "trace --format json --buffer 64M --remote-port 53 --local-port 9 -n 5",
            "--log - --help --version -h trace -- --port",
            "[suggest:3] @file --port:80 -ab -n5 --Port 80",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    [Fact]
    public void A_command_line_is_obeyed_within_its_bounds_or_refused_in_one_plain_line()
    {
        var commandLine = new Tcptop.Cli.CommandLine();
        FuzzRun.Over(
            FuzzTarget.Flags,
            inputs => inputs.Of(6_000, 500, 120, Samples),
            input => commandLine.Parse(Arguments(input), stdoutIsTerminal: input.Length % 2 == 0),
            (_, parsed) =>
            {
                if (parsed.ExitCode != ExitCode.Ok)
                {
                    Assert.Equal((ExitCode.BadUsage, null, null), (parsed.ExitCode, parsed.Options, parsed.Trace));
                    Assert.StartsWith("error: ", parsed.Text, StringComparison.Ordinal);
                    FuzzedOutputs.IsPlainLines(Encoding.UTF8.GetBytes(parsed.Text), lines: 1);
                    return;
                }
                Assert.Equal(
                    1, (parsed.Options is null ? 0 : 1)
                        + (parsed.Trace is null ? 0 : 1)
                        + (parsed.Text.Length == 0 ? 0 : 1));
                IsWithinBounds(parsed.Options);
                IsWithinBounds(parsed.Trace);
            });
    }

    [Fact]
    public void Numbers_sizes_and_times_are_read_as_they_are_written_or_refused() => FuzzRun.Over(
        FuzzTarget.Numbers,
        inputs =>
            inputs.Of(20_000, 3_000, 30, "4096"u8.ToArray(), "512K"u8.ToArray(), "1G"u8.ToArray(), "0.1"u8.ToArray(),
                "65535"u8.ToArray(), "1e3"u8.ToArray()),
        input =>
        {
            var text = Argument(input);
            return (
                Whole: FlagValues.TryWholeNumber(text, ushort.MaxValue, out var number) ? number : (int?)null,
                Bytes: BufferSize.TryParse(text, out var bytes) ? bytes : (uint?)null,
                Time: FlagValues.TrySeconds(text, TcptopOptions.MinimumInterval, TcptopOptions.MaximumInterval,
                    out var time) ? time : (TimeSpan?)null);
        },
        (input, read) =>
        {
            var text = Argument(input);
            var digits = IsDigits(text) ? BigInteger.Parse(text, CultureInfo.InvariantCulture) : (BigInteger?)null;
            Assert.Equal(digits is { } whole && whole >= 1 && whole <= ushort.MaxValue ? (int)whole : null, read.Whole);
            Assert.Equal(
                SizeOf(text) is { } size && size >= BufferSize.Minimum && size <= BufferSize.Maximum,
                read.Bytes is not null);
            Assert.True(
                read.Bytes is null || (BitOperations.IsPow2(read.Bytes.Value) && read.Bytes >= SizeOf(text)
                    && read.Bytes < 2 * SizeOf(text)));
            Assert.True(read.Time is null
                || (read.Time >= TcptopOptions.MinimumInterval && read.Time <= TcptopOptions.MaximumInterval));
        });

    [Fact]
    public void What_a_user_typed_is_told_back_in_one_plain_line() => FuzzRun.Over(
        FuzzTarget.Messages,
        inputs => inputs.Of(20_000, 3_000, 200, "--port eighty\n\e[2J"u8.ToArray(), "日本\u202e😀"u8.ToArray()),
        input => SingleLine.Of(FuzzRun.Text(input)),
        (_, line) =>
        {
            FuzzedOutputs.IsPlainLines(Encoding.UTF8.GetBytes(line + "\n"), lines: 1);
            Assert.Equal(line, SingleLine.Of(line));
        });

    /// <summary>There is no NUL in an argument: it ends it.</summary>
    private static string Argument(byte[] input)
    {
        var text = FuzzRun.Text(input);
        return text.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var end ? text[..end] : text;
    }

    private static string[] Arguments(byte[] input) =>
        FuzzRun.Text(input).Replace('\0', ' ').Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static void IsWithinBounds(TcptopOptions? options)
    {
        if (options is null)
            return;
        Assert.InRange(options.Interval, TcptopOptions.MinimumInterval, TcptopOptions.MaximumInterval);
        Assert.InRange(options.UdpIdle, TcptopOptions.MinimumUdpIdle, TcptopOptions.MaximumUdpIdle);
        Assert.True(options.Count is null or >= 1);
        Assert.True(options.Log is null or { Length: > 0 });
        Assert.True(Enum.IsDefined(options.Format));
        var filter = options.Filter;
        Assert.DoesNotContain((ushort)0, filter.Ports.AddRange(filter.LocalPorts).AddRange(filter.RemotePorts));
        Assert.DoesNotContain(0u, filter.Pids);
        Assert.All(filter.ProcessNames, Assert.NotEmpty);
        Assert.All(filter.Interfaces, name => Assert.InRange(name.Length, 1, 15));
    }

    private static void IsWithinBounds(TraceRunOptions? options)
    {
        if (options is null)
            return;
        Assert.InRange(options.BufferBytes, BufferSize.Minimum, BufferSize.Maximum);
        Assert.True(BitOperations.IsPow2(options.BufferBytes));
        Assert.True(options.Count is null or >= 1);
    }

    private static bool IsDigits(string text) => text.Length != 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    private static BigInteger? SizeOf(string text)
    {
        var unit = text.Length == 0 ? -1 : "KMG".IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal);
        var digits = unit < 0 ? text : text[..^1];
        return IsDigits(digits) ? BigInteger.Parse(digits, CultureInfo.InvariantCulture) << (10 * (unit + 1)) : null;
    }
}
