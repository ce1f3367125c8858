using Tcptop.Cli;
using Tcptop.Collectors.Ebpf.Trace;
using Xunit;

namespace Tcptop.UnitTests.CommandLine;

public sealed class TraceCommandTests
{
    [Fact]
    public void Without_flags_it_traces_everything_as_text_with_4_MiB()
    {
        var options = Accept("trace");
        Assert.Equal(new TraceRunOptions(), options);
        Assert.Equal((OutputFormat.Text, null, 4u << 20), (options.Format, options.Count, options.BufferBytes));
        Assert.True(options.Filter.IsNone);
    }

    [Fact]
    public void All_flags_are_understood_and_reach_the_kernel_side()
    {
        var options = Accept(
            "trace", "--format", "json", "-n", "5", "--buffer", "512K", "--tcp", "--pid", "1", "--pid", "2",
            "--process", "nginx", "--interface", "eth0",
            "--port", "80", "--local-port", "81", "--remote-port", "82", "--port", "443");
        Assert.Equal((OutputFormat.Json, 5, 512u << 10), (options.Format, options.Count, options.BufferBytes));
        var filter = options.ToCollector().Filter;
        Assert.Equal((true, false), (filter.WantsTcp, filter.WantsUdp));
        Assert.Equal([1u, 2u], filter.Pids);
        Assert.Equal([80, 443], filter.Ports);
        Assert.Equal([81], filter.LocalPorts);
        Assert.Equal([82], filter.RemotePorts);
        Assert.Equal(["nginx"], filter.ProcessNames);
        Assert.Equal(["eth0"], filter.Interfaces);
    }

    [Theory]
    [InlineData("--tcp", true, false)]
    [InlineData("--udp", false, true)]
    [InlineData("-n1", true, true)]
    public void A_protocol_leaves_the_other_out(string flag, bool tcp, bool udp)
    {
        var filter = Accept("trace", flag).ToCollector().Filter;
        Assert.Equal((tcp, udp), (filter.WantsTcp, filter.WantsUdp));
    }

    [Theory]
    [InlineData("4096", 4096u)]
    [InlineData("4097", 8192u)]
    [InlineData("4k", 4096u)]
    [InlineData("512K", 524288u)]
    [InlineData("3M", 4194304u)]
    [InlineData("1M", 1048576u)]
    [InlineData("1G", 1073741824u)]
    public void A_size_is_rounded_up_to_a_power_of_two(string text, uint bytes) =>
        Assert.Equal(bytes, Accept("trace", "--buffer", text).BufferBytes);

    [Theory]
    [InlineData("0")]
    [InlineData("4095")]
    [InlineData("3K")]
    [InlineData("2G")]
    [InlineData("1073741825")]
    [InlineData("-1M")]
    [InlineData("1.5M")]
    [InlineData("1T")]
    [InlineData("M")]
    [InlineData("4 M")]
    [InlineData("4294967296")]
    [InlineData("")]
    public void A_size_out_of_range_is_refused_with_what_is_allowed(string text) =>
        Assert.Equal(
            $"error: --buffer '{text}' is not allowed: give bytes from 4096 to 1G, with K, M or G for units of 1024",
            Refuse("trace", "--buffer", text));

    [Theory]
    [InlineData("--interval", "1")]
    [InlineData("--batch")]
    [InlineData("-b")]
    [InlineData("--all")]
    [InlineData("-a")]
    [InlineData("--udp-idle", "1")]
    [InlineData("--no-color")]
    [InlineData("--version")]
    public void Flags_of_the_views_are_none_of_the_trace(params string[] flags)
    {
        Assert.Equal($"error: trace has no {flags[0]}; see tcptop trace --help", Refuse(["trace", .. flags]));
        Assert.StartsWith(
            $"error: {flags[0]} must come after trace", Refuse([.. flags, "trace"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error: unknown option --bufer for trace; did you mean --buffer?", "--bufer", "1")]
    [InlineData("error: unknown argument eth0 for trace; see tcptop trace --help", "eth0")]
    [InlineData("error: --buffer needs a value: SIZE", "--buffer")]
    [InlineData("error: --pid needs a value: N", "--pid")]
    [InlineData("error: -n '0' is not allowed: give a whole number from 1 to 2147483647", "-n", "0")]
    [InlineData("error: --format 'csv' is not allowed: give text or json", "--format", "csv")]
    [InlineData("error: --buffer may be given only once", "--buffer", "4K", "--buffer", "8K")]
    [InlineData("error: --pid '0' is not allowed: give a whole number from 1 to 4194304", "--pid", "0")]
    public void A_mistake_is_named(string message, params string[] flags) =>
        Assert.Equal(message, Refuse(["trace", .. flags]));

    [Fact]
    public void A_flag_before_the_command_is_named() =>
        Assert.Equal("error: --pid must come after trace", Refuse("--pid", "5", "trace"));

    [Fact]
    public void A_mistyped_command_is_named() =>
        Assert.Equal("error: unknown argument trce; did you mean trace?", Refuse("trce"));

    [Fact]
    public void The_name_of_the_command_may_be_the_value_of_a_flag()
    {
        var parsed = new Tcptop.Cli.CommandLine().Parse(["--process", "trace"], stdoutIsTerminal: true);
        Assert.Equal(["trace"], parsed.Options!.Filter.ProcessNames);
    }

    [Fact]
    public void As_many_names_as_the_kernel_side_takes_are_allowed_and_no_more()
    {
        string[] names =
            [.. Enumerable.Range(0, TraceOptions.MaxProcessNames).SelectMany(i => new[] { "--process", $"n{i}" })];
        Assert.Equal(TraceOptions.MaxProcessNames, Accept(["trace", .. names]).Filter.ProcessNames.Length);
        Assert.Equal($"error: --process may be given at most {TraceOptions.MaxProcessNames} times",
            Refuse(["trace", .. names, "--process", "one more"]));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Help_fits_80_columns_and_names_every_flag_of_the_command_alone(string flag)
    {
        var (_, text, exitCode) = new Tcptop.Cli.CommandLine().Parse(["trace", flag], stdoutIsTerminal: true);
        Assert.Equal(0, exitCode);
        foreach (var name in new[]
        {
            "--format text|json", "-n COUNT", "--buffer SIZE", "--port N", "--local-port N", "--remote-port N",
            "--pid N", "--process NAME",
            "--interface IFACE", "--tcp ", "--udp ", "-h, --help",
        })
            Assert.Contains($"\n  {name}", text, StringComparison.Ordinal);
        Assert.DoesNotContain("--interval", text, StringComparison.Ordinal);
        Assert.DoesNotContain("--batch", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void Help_of_the_program_names_the_command() =>
        Assert.Contains("\n  tcptop trace [FLAGS] ",
            new Tcptop.Cli.CommandLine().Parse(["--help"], stdoutIsTerminal: true).Text, StringComparison.Ordinal);

    private static TraceRunOptions Accept(params string[] arguments)
    {
        var parsed = new Tcptop.Cli.CommandLine().Parse(arguments, stdoutIsTerminal: true);
        Assert.Null(parsed.Options);
        return parsed.Trace ?? throw new InvalidOperationException(parsed.Text);
    }

    private static string Refuse(params string[] arguments)
    {
        var parsed = new Tcptop.Cli.CommandLine().Parse(arguments, stdoutIsTerminal: true);
        Assert.Equal((null, null, 2), (parsed.Options, parsed.Trace, parsed.ExitCode));
        return parsed.Text.TrimEnd('\n');
    }
}
