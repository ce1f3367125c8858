using Tcptop.Cli;
using Xunit;

namespace Tcptop.UnitTests.CommandLine;

public sealed class CommandLineTests
{
    [Fact]
    public void Without_flags_it_is_the_screen_once_a_second()
    {
        var options = Accept([]);
        Assert.Equal(new TcptopOptions(), options);
        Assert.Equal(TimeSpan.FromSeconds(1), options.Interval);
        Assert.Equal((false, TimeSpan.FromSeconds(5)), (options.ShowAll, options.UdpIdle));
        Assert.True(options.Filter.IsNone);
    }

    [Fact]
    public void Without_a_terminal_it_is_batch() => Assert.True(Accept([], terminal: false).Batch);

    [Fact]
    public void All_flags_are_understood()
    {
        var options = Accept(
            ["-b", "-n", "3", "--interval", "0.25", "--format", "json", "--no-color", "-a", "--udp-idle", "0.5"]);
        var expected = new TcptopOptions
        {
            Batch = true,
            Count = 3,
            Interval = TimeSpan.FromSeconds(0.25),
            Format = OutputFormat.Json,
            NoColor = true,
            ShowAll = true,
            UdpIdle = TimeSpan.FromSeconds(0.5),
        };
        Assert.Equal(expected, options);
        Assert.Equal(options,
            Accept(["--batch", "-n3", "--interval=0.25", "--format=json", "--no-color", "--all", "--udp-idle=0.5"]));
    }

    [Theory]
    [InlineData("0.1", 0.1)]
    [InlineData("3600", 3600)]
    [InlineData("1.5", 1.5)]
    public void The_ends_of_the_range_and_fractions_are_allowed(string text, double seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), Accept(["--interval", text]).Interval);
        Assert.Equal(TimeSpan.FromSeconds(seconds), Accept(["--udp-idle", text]).UdpIdle);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("0.09")]
    [InlineData("3600.1")]
    [InlineData("1e300")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("abc")]
    [InlineData("1,5")]
    [InlineData("")]
    public void A_time_out_of_range_is_refused_with_what_is_allowed(string text)
    {
        Assert.Equal($"error: --interval '{text}' is not allowed: give a number of seconds from 0.1 to 3600",
            Refuse("--interval", text));
        Assert.Equal($"error: --udp-idle '{text}' is not allowed: give a number of seconds from 0.1 to 3600",
            Refuse("--udp-idle", text));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("1.5")]
    [InlineData("99999999999")]
    [InlineData("x")]
    public void A_count_that_is_none_is_refused(string text) =>
        Assert.Equal(
            $"error: -n '{text}' is not allowed: give a whole number from 1 to 2147483647", Refuse("-n", text));

    [Fact]
    public void An_unknown_format_is_refused_with_the_known_ones() =>
        Assert.Equal("error: --format 'xml' is not allowed: give text, json or csv", Refuse("-b", "--format", "xml"));

    [Theory]
    [InlineData("--intervall", "error: unknown option --intervall; did you mean --interval?")]
    [InlineData("--bathc", "error: unknown option --bathc; did you mean --batch?")]
    [InlineData("--colour", "error: unknown option --colour; see tcptop --help")]
    [InlineData("-x", "error: unknown option -x; see tcptop --help")]
    [InlineData("--intervall=2", "error: unknown option --intervall=2; did you mean --interval?")]
    [InlineData("eth0", "error: unknown argument eth0; see tcptop --help")]
    [InlineData("-?", "error: unknown option -?; see tcptop --help")]
    [InlineData("--foo", "error: unknown option --foo; see tcptop --help")]
    [InlineData("\u001b[31m\n", "error: unknown argument ?[31m?; see tcptop --help")]
    [InlineData("\u202ex", "error: unknown argument ?x; see tcptop --help")]
    [InlineData("\U000e0041x", "error: unknown argument ?x; see tcptop --help")]
    public void What_is_unknown_is_named_and_the_near_flag_with_it(string flag, string message) =>
        Assert.Equal(message, Refuse(flag));

    [Theory]
    [InlineData("-n", "error: -n needs a value: COUNT")]
    [InlineData("--interval", "error: --interval needs a value: SECONDS")]
    [InlineData("--udp-idle", "error: --udp-idle needs a value: SECONDS")]
    [InlineData("--log", "error: --log needs a value: FILE")]
    public void A_missing_value_is_named(string flag, string message) => Assert.Equal(message, Refuse(flag));

    [Theory]
    [InlineData("error: --all takes no value", "--all=true")]
    [InlineData("error: --all takes no value", "--all", "true")]
    [InlineData("error: --batch takes no value", "-b=false")]
    [InlineData("error: --version takes no value", "--version=false")]
    public void A_value_where_none_belongs_is_refused(string message, params string[] arguments) =>
        Assert.Equal(message, Refuse(arguments));

    [Theory]
    [InlineData("--interval")]
    [InlineData("--udp-idle")]
    [InlineData("-n")]
    [InlineData("--log")]
    public void A_flag_given_twice_is_refused(string flag) =>
        Assert.Equal($"error: {flag} may be given only once", Refuse(flag, "1", flag, "2"));

    [Fact]
    public void A_flag_without_a_value_may_be_said_twice() =>
        Assert.True(Accept(["-a", "--all", "-b", "-b"]) is { ShowAll: true, Batch: true });

    [Fact]
    public void A_format_without_batch_is_refused_on_a_terminal_and_understood_off_it()
    {
        Assert.Equal("error: --format needs batch output: add --batch", Refuse("--format", "json"));
        Assert.Equal(OutputFormat.Json, Accept(["--format", "json"], terminal: false).Format);
        Assert.Equal(OutputFormat.Csv, Accept(["-b", "--format", "csv"]).Format);
    }

    [Theory]
    [InlineData("net.csv")]
    [InlineData("-")]
    [InlineData("a b,c")]
    public void A_log_is_CSV_without_a_terminal(string file)
    {
        var expected = new TcptopOptions { Log = file, Batch = true, Format = OutputFormat.Csv, Count = 5 };
        Assert.Equal(expected, Accept(["--log", file, "-n", "5"]));
        Assert.Equal(expected, Accept([$"--log={file}", "-n", "5"], terminal: false));
    }

    [Fact]
    public void Rows_of_a_refresh_are_bounded_by_a_number_or_not_at_all()
    {
        Assert.Equal(1_000_000, Accept(["--batch"]).Rows.MaxRows);
        Assert.Equal(7, Accept(["--batch", "--max-rows", "7"]).Rows.MaxRows);
        Assert.Equal(7, Accept(["--log", "f", "--max-rows=7"]).Rows.MaxRows);
        Assert.Equal(int.MaxValue, Accept(["--batch", "--max-rows", "0"]).Rows.MaxRows);
        Assert.Equal("error: --max-rows needs batch output: add --batch", Refuse("--max-rows", "7"));
        foreach (var text in (string[])["-1", "x", "1.5", "2147483648", "00000000000000000001x"])
            Assert.Equal($"error: --max-rows '{text}' is not allowed: give a whole number from 0 to 2147483647",
                Refuse("--batch", $"--max-rows={text}"));
    }

    [Fact]
    public void A_log_in_a_file_may_go_on_and_nothing_else()
    {
        Assert.True(Accept(["--log", "f", "--append"]) is { Append: true, IsLogFile: true });
        Assert.True(Accept(["--log", "f"]) is { Append: false });
        Assert.Equal("error: --append needs a log file: add --log FILE", Refuse("--append"));
        Assert.Equal("error: --append needs a log file: add --log FILE", Refuse("--append", "--log", "-"));
    }

    [Fact]
    public void A_log_without_a_name_is_refused() =>
        Assert.Equal("error: --log '' is not allowed: give a file name, or - for standard output", Refuse("--log", ""));

    [Theory]
    [InlineData(
        "error: --log and --batch cannot be combined: --batch --format csv prints the same to standard output",
        "--batch")]
    [InlineData(
        "error: --log and --batch cannot be combined: --batch --format csv prints the same to standard output",
        "-b", "--format", "csv")]
    [InlineData("error: --log and --format cannot be combined: a log is CSV; for another format, use --batch --format FORMAT > FILE", "--format", "json")]
    [InlineData("error: --log and --no-color cannot be combined: a log has no screen", "--no-color")]
    public void A_log_is_not_combined_with_what_it_is_not(string message, params string[] flags)
    {
        Assert.Equal(message, Refuse(["--log", "f", .. flags]));
        Assert.Equal(message, Refuse([.. flags, "--log", "-"]));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Help_fits_80_columns_and_names_every_flag(string flag)
    {
        var (options, text, exitCode) = new Tcptop.Cli.CommandLine().Parse([flag], stdoutIsTerminal: true);
        Assert.Null(options);
        Assert.Equal(0, exitCode);
        var at = 0;
        foreach (var name in new[]
        {
            "--interval SECONDS", "-a, --all", "--udp-idle SECONDS", "--port N", "--local-port N", "--remote-port N",
            "--pid N", "--process NAME",
            "--interface IFACE", "--tcp ", "--udp ", "-b, --batch", "--format text|json|csv", "--log FILE", "--append",
            "-n COUNT", "--max-rows COUNT", "--no-color", "--version", "-h, --help",
        })
        {
            var next = text.IndexOf($"\n  {name}", StringComparison.Ordinal);
            Assert.True(next > at, $"{name} in its place");
            at = next;
        }
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 80 && line.TrimEnd() == line, line));
    }

    [Fact]
    public void Help_has_its_flags_in_groups_and_examples_that_are_understood()
    {
        var text = new Tcptop.Cli.CommandLine().Parse(["--help"], stdoutIsTerminal: true).Text;
        Assert.Equal(
            [
                "Usage:",
                "View:",
                "Filters (different flags are ANDed, a repeated flag is ORed):",
                "Output:",
                "Other:",
                "Examples:",
            ],
            text.Split('\n').Where(line => line.EndsWith(':')));
        var examples = text.Split('\n')
            .Where(line => line.StartsWith("  sudo tcptop", StringComparison.Ordinal))
            .Select(line => line.Trim())
            .ToList();
        Assert.True(examples.Count > 4);
        foreach (var example in examples)
        {
            var arguments = example.Split("   ")[0].Split(" | ")[0].Split(' ')[2..];
            var parsed = new Tcptop.Cli.CommandLine().Parse(arguments, stdoutIsTerminal: true);
            Assert.True(parsed is { Options: not null } or { Trace: not null }, parsed.Text);
        }
    }

    [Fact]
    public void The_version_says_what_the_binary_is_and_what_is_in_it()
    {
        var (_, text, exitCode) = new Tcptop.Cli.CommandLine().Parse(["--version"], stdoutIsTerminal: true);
        Assert.Equal(0, exitCode);
        Assert.Matches(
            @"^tcptop \d+\.\d+\.\d+\ncommit ([0-9a-f]{40}|unknown)\nlibbpf \d+\.\d+\nruntime \.NET 10\.\S+, compiled just in time, linux-\S+\n$", text);
    }

    [Fact]
    public void The_version_of_a_build_outside_git_has_no_commit()
    {
        var lines = ProgramVersion.Write("1.2.3", "v1.1").Split('\n');
        Assert.Equal(["tcptop 1.2.3", "commit unknown", "libbpf 1.1"], lines[..3]);
    }

    private static TcptopOptions Accept(string[] arguments, bool terminal = true)
    {
        var (options, text, _) = new Tcptop.Cli.CommandLine().Parse(arguments, terminal);
        return options ?? throw new InvalidOperationException(text);
    }

    private static string Refuse(params string[] arguments)
    {
        var (options, text, exitCode) = new Tcptop.Cli.CommandLine().Parse(arguments, stdoutIsTerminal: true);
        Assert.Null(options);
        Assert.Equal(2, exitCode);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return text.TrimEnd('\n');
    }
}
