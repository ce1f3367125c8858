using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>How a trace ends, and what it says of events that it lost.</summary>
public sealed class TraceEndingTests : IDisposable
{
    private readonly DatagramSocket _sender = new(IPAddress.Loopback);
    private readonly DatagramSocket _sink = new(IPAddress.Loopback);

    public void Dispose()
    {
        _sender.Dispose();
        _sink.Dispose();
    }

    [Fact]
    public void What_is_seen_and_what_is_lost_is_all_that_happened()
    {
        const int Made = 5_000;
        const int RoomIn4096Bytes = 4096 / 104;
        using var trace = Start("--buffer", "4K");
        MakeInFrontOfStopped(trace, Made, bytes: 2);
        var (rows, error) = trace.Stop();
        var seen = rows.Count(row => row.What.EndsWith(" 2", StringComparison.Ordinal));
        var loss = Regex.Match(error, @"lost in total: trace_ring_full (\d+) events");
        var lost = long.Parse(loss.Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.Equal(Made, seen + lost);
        Assert.InRange(seen, 1, RoomIn4096Bytes);
    }

    [Fact]
    public void Losses_are_said_while_they_grow()
    {
        using var trace = new RunningProcess(
            "bash", "-c",
            $"exec '{Programs.Tcptop}' trace --udp --buffer 4K --local-port {_sender.Port} 2>&1 > /dev/null");
        Eventually.True(
            () =>
            {
                MakeInFrontOfStopped(trace, 200, bytes: 1);
                return trace.Lines.Any(
                    line => line.StartsWith("lost so far: trace_ring_full ", StringComparison.Ordinal));
            },
            "it says what it has lost before its end");
    }

    [Fact]
    public void Nothing_is_said_when_nothing_is_lost()
    {
        using var trace = Start();
        Send();
        Assert.DoesNotContain("lost", trace.Stop().Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RunningProcess.Terminate)]
    [InlineData(RunningProcess.Interrupt)]
    [InlineData(RunningProcess.Hangup)]
    public void A_stop_signal_prints_what_there_is_and_leaves_nothing_in_the_kernel(int signal)
    {
        using var trace = Start();
        Assert.NotEmpty(KernelInventory.Ours());
        var before = trace.Lines.Count;
        for (var i = 0; i < 500; i++)
            Send();
        trace.Signal(signal);
        Assert.Equal(0, trace.WaitForExit().ExitCode);
        Assert.InRange(trace.Rows().Count, before + 500, int.MaxValue);
        KernelInventory.WaitUntilNothingIsLeft();
    }

    [Fact]
    public void What_nobody_reads_is_counted_when_it_has_to_end()
    {
        using var trace = new RunningProcess(
            "bash", "-c", $"exec '{Programs.Tcptop}' trace --udp --buffer 4K --local-port {_sender.Port} 2>&1 > >(exec sleep 30)");
        Eventually.True(
            () =>
            {
                for (var i = 0; i < 500; i++)
                    Send();
                return trace.Lines.Any(
                    line => line.StartsWith("lost so far: trace_ring_full ", StringComparison.Ordinal));
            },
            "neither the pipe nor the buffer takes more");
        trace.Signal(RunningProcess.Terminate);
        var says = new Regex(@"^lost in total: .*trace_not_printed [1-9]");
        Eventually.True(() => trace.Lines.Any(says.IsMatch), "it says what nobody has read");
    }

    [Fact]
    public void Even_SIGKILL_leaves_nothing_in_the_kernel()
    {
        using var trace = Start();
        trace.Signal(RunningProcess.Kill);
        trace.WaitForExit();
        KernelInventory.WaitUntilNothingIsLeft();
    }

    [Fact]
    public void A_count_is_the_number_of_events_and_then_it_ends()
    {
        using var trace = Start("-n", "7");
        Eventually.True(
            () =>
            {
                if (!trace.HasExited)
                    Send();
                return trace.HasExited;
            },
            "it ends by itself");
        Assert.Equal(0, trace.WaitForExit().ExitCode);
        Assert.Equal(7, trace.Lines.Count);
    }

    [Fact]
    public void A_reader_that_leaves_ends_it_quietly()
    {
        using var pipe = new RunningProcess(
            "bash", "-c", $"'{Programs.Tcptop}' trace --local-port {_sender.Port} 2>/dev/null | head -n 3; echo \"exit ${{PIPESTATUS[0]}}\"");
        Eventually.True(
            () =>
            {
                Send();
                return pipe.HasExited;
            },
            "it ends");
        pipe.WaitForExit(); // and has been read to its end
        Assert.Equal("exit 0", pipe.Lines[^1]);
        Assert.StartsWith("TIME ", pipe.Lines[0], StringComparison.Ordinal);
        Assert.Equal(4, pipe.Lines.Count);
    }

    [Fact]
    public void Standard_output_that_takes_nothing_is_an_error()
    {
        var result = Tool.Run("bash", "-c", $"'{Programs.Tcptop}' trace > /dev/full");
        Assert.Equal(1, result.ExitCode);
        Assert.EndsWith("error: cannot write to standard output: No space left on device\n", result.Error,
            StringComparison.Ordinal);
    }

    /// <summary>While it stands still, so that it can take none out of the ring.</summary>
    private void MakeInFrontOfStopped(RunningProcess trace, int count, int bytes)
    {
        trace.StandStill();
        for (var i = 0; i < count; i++)
            _sender.SendTo(IPAddress.Loopback, _sink.Port, bytes);
        trace.GoOn();
    }

    private TraceProcess Start(params string[] arguments) =>
        TraceProcess.Start(
            Send, ["--udp", "--local-port", _sender.Port.ToString(CultureInfo.InvariantCulture), .. arguments]);

    private void Send() => _sender.SendTo(IPAddress.Loopback, _sink.Port, 1);
}
