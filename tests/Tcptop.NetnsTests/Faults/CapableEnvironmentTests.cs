using System.Buffers.Binary;
using System.Globalization;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests.Faults;

/// <summary>
/// What steers the runtime, or is there for tests, does nothing where the file gives its user capabilities;
/// as root it does what it does, by which each of these tests knows that it looks at the right thing.
/// </summary>
[Trait(FaultTests.Trait, FaultTests.Fault)]
public sealed class CapableEnvironmentTests : IDisposable
{
    private static readonly TimeSpan Offset = TimeSpan.FromHours(13.75);

    private readonly CapableFile _capable = new("=p");

    public void Dispose() => _capable.Dispose();

    [Theory]
    [InlineData("DOTNET_GCHeapHardLimit=1")]
    [InlineData("DOTNET_GCHeapHardLimit=1", "DOTNET_gcServer=1", "DOTNET_DbgEnableMiniDump=1")]
    public void Switches_of_the_runtime_are_ignored(params string[] switches)
    {
        Assert.NotEqual(0, Tool.Run("env", [.. switches, _capable.Tcptop, "--version"]).ExitCode);
        Assert.Equal(0, _capable.RunWith(switches, "--version").ExitCode);
        Assert.Equal(0, _capable.RunWith(switches, "--batch", "-n", "1").ExitCode);
    }

    [Fact]
    public void Sizes_for_tests_are_ignored()
    {
        const string NoQueue = "TCPTOP_TEST_FAULTS=closed_queue=0";
        const string Lost = "note: lost: closed_queue_full";
        Assert.Contains(Lost, ErrorWhileConnectionsEnd(["env", NoQueue, _capable.Tcptop]), StringComparison.Ordinal);
        Assert.DoesNotContain(
            Lost, ErrorWhileConnectionsEnd(_capable.CommandWith([NoQueue])), StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_are_not_recorded()
    {
        var (roots, nobodys) = (_capable.In("own/roots"), _capable.In("own/nobodys"));
        RunScreen($"env TCPTOP_TEST_FRAMES_FD=9 {_capable.Tcptop}", roots);
        RunScreen(string.Join(' ', _capable.CommandWith(["TCPTOP_TEST_FRAMES_FD=9"])), nobodys);
        Assert.StartsWith("frame ", File.ReadAllText(roots), StringComparison.Ordinal);
        Assert.Equal("", File.ReadAllText(nobodys));
    }

    [Fact]
    public void A_time_zone_may_be_a_rule_and_no_file_of_the_users_choice()
    {
        // One that no place on earth has.
        const string Rule = "TST-13:45";
        File.WriteAllBytes(_capable.In("zone"), ZoneOf(Offset));
        Tool.Must("chmod", "644", _capable.In("zone"));
        Assert.True(IsNear(Offset, OffsetOfTrace(_capable.CommandWith(["TZ=" + Rule]))), "a rule");
        Assert.True(IsNear(Offset, OffsetOfTrace(["env", "TZ=" + _capable.In("zone"), _capable.Tcptop])),
            "a file of root's choice");
        Assert.True(IsNear(TimeSpan.Zero, OffsetOfTrace(_capable.CommandWith(["TZ=" + _capable.In("zone")]))),
            "a file of the user's");
    }

    private static string ErrorWhileConnectionsEnd(string[] tcptop)
    {
        using var stays = new LoopbackPair();
        using var log = LogProcess.StartAs(tcptop, "-", "0.1");
        Eventually.True(() => log.Lines.Count > 1, "it runs");
        for (var i = 0; i < 3; i++)
        {
            using var pair = new LoopbackPair();
        }
        log.Signal(RunningProcess.Terminate);
        var (exitCode, error) = log.WaitForExit();
        Assert.Equal(0, exitCode);
        return error;
    }

    /// <summary>In a terminal of its own, until it ends by itself.</summary>
    private static void RunScreen(string tcptop, string frames) =>
        Tool.Must("env", "TERM=xterm", "script", "-qec", $"{tcptop} -n 2 --interval 0.2 9> {frames}", "/dev/null");

    /// <summary>By how much the times of a trace are ahead of UTC.</summary>
    private static TimeSpan OffsetOfTrace(string[] tcptop)
    {
        using var pair = new LoopbackPair();
        var port = pair.ServerPort.ToString(CultureInfo.InvariantCulture);
        using var trace = new RunningProcess(tcptop[0], [.. tcptop[1..], "trace", "--port", port, "-n", "1"]);
        Eventually.True(
            () =>
            {
                LoopbackPair.Transfer(pair.Client, pair.Server, 1);
                return trace.Lines.Count > 1;
            },
            "a line is printed");
        var ahead = TimeOnly.Parse(trace.Lines[1].Split(' ')[0], CultureInfo.InvariantCulture)
            .ToTimeSpan() - DateTime.UtcNow.TimeOfDay;
        return ahead < -TimeSpan.FromHours(1) ? ahead + TimeSpan.FromDays(1) : ahead;
    }

    private static bool IsNear(TimeSpan expected, TimeSpan found) =>
        (found - expected).Duration() < TimeSpan.FromHours(0.5);

    /// <summary>A file as tzfile(5) has it, with one kind of time.</summary>
    private static byte[] ZoneOf(TimeSpan offset)
    {
        const int HeaderBytes = 44;
        var file = new byte[HeaderBytes + 6 + 4];
        "TZif"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(36), 1); // kinds of time
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(40), 4); // characters of their names
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(HeaderBytes), (int)offset.TotalSeconds);
        "TST"u8.CopyTo(file.AsSpan(HeaderBytes + 6));
        return file;
    }
}
