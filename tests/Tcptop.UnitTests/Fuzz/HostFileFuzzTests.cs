using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Tcptop.Collectors.Ebpf;
using Tcptop.Linux.Naming;
using Xunit;

namespace Tcptop.UnitTests.Fuzz;

/// <summary>
/// Files of /proc and /etc, of which processes write parts as they like, and whoever makes a container may
/// write the rest.
/// </summary>
public sealed class HostFileFuzzTests
{
    private const string Id = "4f5e6d7c8b9a00112233445566778899aabbccddeeff00112233445566778899";

    private static readonly byte[][] CgroupFiles =
    [
        [.. "0::/user.slice/user-1000.slice/session-2.scope (deleted)\n"u8],
        [.. "12:cpu,cpuacct:/docker/abc\n11:name=systemd:/system.slice/cron.service\n5:pids:/\n0::/\n"u8],
    ];

    private static readonly byte[][] CgroupPaths =
    [
        .. new[]
        {
            $"/system.slice/docker-{Id}.scope",
            $"/kubepods.slice/kubepods-pod12345678_1234_1234_1234_123456789abc.slice/cri-containerd-{Id}.scope",
            $"/kubepods-pod1.slice:cri-containerd:{Id}",
            "/lxc.payload.web/init.scope",
            "/machine.slice/machine-a\\x2db\\xc3\\xa9.scope",
            "/machine.slice/systemd-nspawn@x.service",
            "/user.slice/user@1000.service/app.slice/foo.service",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    [Fact]
    public void The_start_of_a_process_is_read_behind_the_last_parenthesis_whatever_its_name()
    {
        var sample = "812 (a) b) (x) S 1 812 812 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 1 0 123456 1000 10 18446744073709551615 1\n"u8.ToArray();
        FuzzRun.Over(
            FuzzTarget.ProcessStat,
            inputs => inputs.Of(30_000, 5_000, 300, sample),
            input => ProcessStat.TryReadStart(input, out var ticks) ? ticks : (ulong?)null,
            (input, ticks) => Assert.Equal(StartOf(Encoding.Latin1.GetString(input)), ticks));
    }

    [Fact]
    public void A_command_line_is_one_text_without_NUL_or_blanks_at_its_end() => FuzzRun.Over(
        FuzzTarget.CommandLines,
        inputs => inputs.Of(20_000, 1_000, 5_000, "nginx\0-g\0daemon off; \0日本語\0"u8.ToArray()),
        input => ProcessFactsReader.CommandLine(input, room: 4096),
        (input, text) =>
        {
            // A character that was cut off is left out.
            var whole = Encoding.UTF8.GetString(input).Replace('\0', ' ').TrimEnd(' ');
            if (text is null)
                Assert.True(whole.Length == 0 || input.Length >= 4096);
            else
                Assert.True(
                    text == whole || (input.Length >= 4096 && whole.StartsWith(text, StringComparison.Ordinal)));
        });

    [Fact]
    public void The_cgroup_of_a_process_is_a_path_that_stands_in_its_file() => FuzzRun.Over(
        FuzzTarget.CgroupFiles,
        inputs => inputs.Of(20_000, 2_000, 400, CgroupFiles),
        input => CgroupLines.Choose(Encoding.UTF8.GetString(input)),
        (input, path) =>
        {
            var text = Encoding.UTF8.GetString(input);
            Assert.True(
                path is null || (path.StartsWith('/') && !path.Contains('\n')
                    && text.Contains($":{path}", StringComparison.Ordinal)));
            Assert.Equal(path is null, !text.Split('\n')[..^1].Any(line => line.Split(':', 3) is [_, _, ['/', ..]]));
        });

    [Fact]
    public void A_container_s_name_is_short_and_has_no_control_characters_whatever_the_cgroup_is_called() =>
        FuzzRun.Over(
            FuzzTarget.ContainerNames,
            inputs => inputs.Of(40_000, 2_000, 600, CgroupPaths).Concat(EscapedMachines(inputs, 2_000)),
            input => ContainerName.From(FuzzRun.Text(input)),
            (_, name) => Assert.True(name is null || IsPlainAndShort(name), name));

    [Fact]
    public void Mount_points_read_back_as_the_kernel_escaped_them() => FuzzRun.Over(
        FuzzTarget.Mounts,
        inputs => inputs.Of(
            10_000, 2_000, 300,
            "cgroup2 /sys/fs/cgroup\\040\\134x cgroup2 rw,nosuid 0 0"u8.ToArray(),
            "cgroup2 /mnt/a\tb\\040 cgroup2"u8.ToArray()),
        input =>
        {
            var text = FuzzRun.Text(input);
            return CgroupTree.MountPoints([text, $"none /{Escaped(text)} cgroup2 rw 0 0"]).ToList();
        },
        (input, points) => Assert.Equal($"/{FuzzRun.Text(input)}", points[^1]));

    [Fact]
    public void A_user_s_name_is_what_stands_before_its_id() => FuzzRun.Over(
        FuzzTarget.Users,
        inputs =>
            inputs.Of(10_000, 2_000, 300,
                "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/:/bin/false\n+nis::7:\n"u8.ToArray()),
        input => UserNames.Parse(FuzzRun.Text(input).Split('\n')),
        (input, names) =>
        {
            var lines = FuzzRun.Text(input).Split('\n')
                .Select(line => line.Split(':'))
                .Where(fields => fields.Length > 2)
                .Select(fields => (Name: fields[0], Id: fields[2].TrimEnd('\0').TrimStart('0')))
                .ToList();
            static string Digits(uint id) => id == 0 ? "" : id.ToString(CultureInfo.InvariantCulture);
            Assert.All(names, user => Assert.Contains((user.Value, Digits(user.Key)), lines));
        });

    [Fact]
    public void Capabilities_and_counts_of_sockets_are_read_or_not_there() => FuzzRun.Over(
        FuzzTarget.ProcLines,
        inputs => inputs.Of(
            5_000, 1_000, 200,
            "Name:\tx\nCapEff:\t000001ffffffffff\n"u8.ToArray(),
            "sockets: used 9\nTCP: inuse 5 orphan 0 tw 2 alloc 8 mem 1\n"u8.ToArray()),
        input =>
        {
            var lines = FuzzRun.Text(input).Split('\n');
            return (Capabilities: Capabilities.Parse(lines), Sockets: SocketStatistics.ParseTcp(lines));
        },
        (input, read) =>
        {
            var lines = FuzzRun.Text(input).Split('\n');
            Assert.Equal(EffectiveIn(lines), read.Capabilities.Effective);
            Assert.Equal(AllocatedIn(lines), read.Sockets);
        });

    /// <summary>The 22nd field, by splitting: behind the last parenthesis come a blank and the third.</summary>
    private static ulong? StartOf(string stat)
    {
        var behind = stat[(stat.LastIndexOf(')') + 1)..];
        if (behind.Length == stat.Length || !behind.StartsWith(' '))
            return null;
        var fields = behind.Split(' ');
        if (fields.Length < 21)
            return null;
        var start = fields[20];
        var end = start.IndexOfAnyExceptInRange('0', '9');
        if (end < 0)
            end = start.Length;
        var isEnded = end < start.Length ? start[end] == '\n' : fields.Length > 21;
        var digits = start.AsSpan(0, end);
        var isNumber = ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks);
        return isEnded && isNumber ? ticks : null;
    }

    /// <summary>By a pattern: the first line that has a number.</summary>
    private static ulong EffectiveIn(string[] lines)
    {
        var found = lines
            .Select(line => Regex.Match(line, @"^CapEff:\s*(0*[0-9A-Fa-f]{1,16})[\s\0]*$"))
            .FirstOrDefault(match => match.Success);
        var digits = found?.Groups[1].Value ?? "0";
        return ulong.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    private static int AllocatedIn(string[] lines)
    {
        foreach (var line in lines)
        {
            var match = Regex.Match(line, @"^TCP:(?: (?!alloc )[^ ]*)* alloc ([0-9]+)\0*(?= |$)");
            var digits = match.Groups[1].ValueSpan;
            if (match.Success && int.TryParse(digits, CultureInfo.InvariantCulture, out var count))
                return count;
        }
        return 0;
    }

    private static bool IsPlainAndShort(string name) =>
        name.Length is > 0 and <= 300 && !name.Any(char.IsControl);

    private static IEnumerable<byte[]> EscapedMachines(HostileInputs inputs, int count) =>
        Enumerable.Range(0, count).Select(i => EscapedMachine(inputs.Bytes(1 + i % 20)));

    /// <summary>All of it in systemd's escapes, every other byte one that begins a character of two.</summary>
    private static byte[] EscapedMachine(byte[] name) => Encoding.ASCII.GetBytes(
        $"/machine.slice/machine-{string.Concat(name.Select((value, i) => $@"\x{(i % 2 == 0 ? 0xC2 : value):x2}"))}.scope");

    private static string Escaped(string path) => path
        .Replace("\\", "\\134", StringComparison.Ordinal).Replace(" ", "\\040", StringComparison.Ordinal)
        .Replace("\t", "\\011", StringComparison.Ordinal).Replace("\n", "\\012", StringComparison.Ordinal);
}
