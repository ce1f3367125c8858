using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>
/// The one cgroup v2 tree of the host, where no mount of it is to be seen. Its options (nsdelegate,
/// memory_recursiveprot) are those of the last mount, for everybody; so they are looked at on a
/// host that has some. One that has none gets one meanwhile.
/// </summary>
[Trait(FaultTests.Trait, FaultTests.Fault)]
public sealed class CgroupTreeTests : IDisposable
{
    private const string ForATime = "nsdelegate";

    private readonly bool _hadNone = Mount.Options == "rw";

    public CgroupTreeTests()
    {
        if (_hadNone)
            Remount("," + ForATime);
    }

    public static TheoryData<string> Places =>
        ["the first process has it mounted", "nobody has it mounted", "nobody has, in a cgroup"];

    /// <summary>Where, how its mount is to be seen, and its options, which are the tree's.</summary>
    private static (string Place, string Flags, string Options) Mount
    {
        get
        {
            var fields = File.ReadLines("/proc/1/mountinfo").Select(line => line.Split(' '))
                .First(fields => fields[^3] == "cgroup2");
            return (fields[4], fields[5], fields[^1]);
        }
    }

    public void Dispose()
    {
        if (_hadNone)
            Remount("");
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void The_options_of_the_tree_stay_as_the_host_has_them(string place)
    {
        using var cgroup = new ServiceCgroup();
        var before = Mount.Options;
        Assert.NotEqual("rw", before);
        var command = CommandFor(place, cgroup.Directory);
        var result = Tool.Run(command[0], [.. command[1..], Programs.Tcptop, "--batch", "-n", "1"]);
        Assert.Equal((0, before), (result.ExitCode, Mount.Options));
    }

    [Fact]
    public void Where_nobody_has_it_mounted_it_is_found_from_its_root()
    {
        var usual = Tool.Run(Programs.Tcptop, "--batch", "-n", "1");
        var command = CommandFor("nobody has it mounted", "");
        var result = Tool.Run(command[0], [.. command[1..], Programs.Tcptop, "--batch", "-n", "1"]);
        Assert.Equal((0, usual.Error), (result.ExitCode, result.Error));
    }

    private static string[] CommandFor(string place, string cgroup)
    {
        const string Unmount = "umount -l /sys && mount -t sysfs none /sys";
        string Enter(string directory) => $"echo $$ > '{directory}/cgroup.procs'";
        var (command, isFirst) = place switch
        {
            "the first process has it mounted" => (Unmount, false),
            "nobody has it mounted" => ($"{Enter(Mount.Place)} && {Unmount}", true),
            _ => ($"{Enter(cgroup)} && {Unmount}", true),
        };
        string[] shell =
            ["sh", "-c", $"mount --make-rprivate / && {command} && exec \"$@\"", "sh"];
        return isFirst
            ? ["unshare", "--pid", "--fork", "--kill-child", "--mount", "--mount-proc", .. shell]
            : ["unshare", "--mount", .. shell];
    }

    private static void Remount(string options)
    {
        var (place, flags, _) = Mount;
        Tool.Must("mount", "-t", "cgroup2", "-o", $"remount,{flags}{options}", "none", place);
    }
}
