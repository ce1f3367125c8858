using Tcptop.Linux.Naming;
using Tcptop.Model;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

/// <summary>Which of a process's cgroup paths is shown where sockets have none.</summary>
public sealed class ProcessCgroupsTests
{
    [Theory]
    [InlineData("0::/system.slice/nginx.service\n", "/system.slice/nginx.service")]
    [InlineData(
        "2:cpu,cpuacct:/docker/1\n1:name=systemd:/docker/1\n0::/system.slice/x.service\n", "/system.slice/x.service")]
    [InlineData("9:memory:/m\n2:cpu,cpuacct:/c\n1:name=systemd:/s\n0::/\n", "/s")]
    [InlineData("9:memory:/m\n8:pids:/p\n2:cpuacct,cpu:/c\n1:name=systemd:/\n0::/\n", "/c")]
    [InlineData("9:memory:/m\n8:pids:/p\n3:cpuset:/x\n1:cpu:/\n", "/p")]
    [InlineData("9:memory:/m\n8:pids:/\n0::/\n", "/m")]
    [InlineData("7:blkio:/b\n6:freezer:/f\n", "/b")]
    [InlineData("2:cpu:/\n0::/\n", "/")]
    [InlineData("0::/a:b:c\n", "/a:b:c")]
    [InlineData("0::/system.slice/x.service (deleted)\n", "/system.slice/x.service")]
    [InlineData("1:name=systemd:/s\n0::/system.slice/cut-o", "/s")]
    [InlineData("", null)]
    [InlineData("\n\n", null)]
    [InlineData("nonsense\n0:\n0::\n0::relative\n", null)]
    public void The_path_that_tells_most_is_chosen(string lines, string? path) =>
        Assert.Equal(path, CgroupLines.Choose(lines));

    [Fact]
    public void A_path_is_that_of_the_process_that_is_meant_and_is_read_again_after_some_seconds()
    {
        using var proc = new ProcessFilesOnDisk();
        var time = new ManualTime();
        using var workers = Waiting.Workers();
        var cgroups = new ProcessCgroups(new ProcessFiles(proc.Root), workers, time);
        string? PathOf(ulong startedNs)
        {
            var process = new ProcessIdentity(ProcessFilesOnDisk.Pid, startedNs);
            cgroups.TryGet(process, out _);
            workers.Await();
            Assert.True(cgroups.TryGet(process, out var cgroup));
            return cgroup?.Path;
        }

        proc.Write("stat", ProcessFilesOnDisk.StatLine("x", 100));
        proc.Write("cgroup", "0::/first\n");
        Assert.Equal("/first", PathOf(1_000_000_000));
        Assert.Null(PathOf(2_000_000_000));
        proc.Write("cgroup", "0::/second\n");
        Assert.Equal("/first", PathOf(1_000_000_000));
        time.Pass(seconds: 6);
        Assert.Equal("/second", PathOf(1_000_000_000));
    }
}
