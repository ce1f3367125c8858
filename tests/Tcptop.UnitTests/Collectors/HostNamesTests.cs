using System.Net.NetworkInformation;
using Tcptop.Linux;
using Tcptop.Linux.Naming;
using Xunit;

namespace Tcptop.UnitTests.Collectors;

/// <summary>Names that the host gives to users, network namespaces and devices; asked for seldom.</summary>
public sealed class HostNamesTests
{
    [Fact]
    public void Users_are_named_by_the_first_line_with_their_id()
    {
        string[] passwd =
        [
            "root:x:0:0:root:/root:/bin/bash", "toor:x:0:0::/root:/bin/sh",
            "www-data:x:33:33::/var/www:/usr/sbin/nologin", "short:x:7", "+nis:x:8:8::/:",
            "+::::::", "#off:x:9:9::/:", ":x:10:10::/:", "negative:x:-1:0::/:", "big:x:4294967296:0::/:",
            "nobody:x:4294967294:0::/:", "nonsense", "", "a:b:c",
        ];
        var names = UserNames.Parse(passwd);
        Assert.Equal([(0u, "root"), (7u, "short"), (33u, "www-data"), (4_294_967_294u, "nobody")],
            names.Select(name => (name.Key, name.Value)).Order());
    }

    [Fact]
    public void A_changed_list_of_users_is_read_again_at_the_next_check()
    {
        var path = Path.GetTempFileName();
        try
        {
            var time = new ManualTime();
            using var workers = Waiting.Workers();
            var users = new UserNames(workers, time, path);
            string? NameOf(uint uid) => HostNamesTests.NameOf(users, workers, uid);

            Assert.Null(NameOf(5));
            WriteUsers(path, "five:x:5:5::/:\n", version: 1);
            Assert.Null(NameOf(5));
            time.Pass(seconds: 4);
            Assert.Equal("five", NameOf(5));
            WriteUsers(path, "cinq:x:5:5::/:\n", version: 1);
            time.Pass(seconds: 4);
            Assert.Equal("five", NameOf(5));
            WriteUsers(path, "cinq:x:5:5::/:\n", version: 2);
            time.Pass(seconds: 4);
            Assert.Equal("cinq", NameOf(5));
            File.Delete(path);
            time.Pass(seconds: 4);
            Assert.Equal("cinq", NameOf(5));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_network_namespace_is_called_by_the_first_of_its_names_until_it_has_none()
    {
        using var own = NetworkNamespaceHandle.TryOpen("/proc/self/ns/net")!;
        var directory = Directory.CreateTempSubdirectory("tcptop").FullName;
        try
        {
            var time = new ManualTime();
            using var workers = Waiting.Workers();
            var names = new NetworkNamespaceNames(workers, time, directory);
            string? NameOf(uint inode) => HostNamesTests.NameOf(names, workers, inode);

            Assert.Null(NameOf(own.Inode));
            File.WriteAllText(Path.Combine(directory, "a-name-that-is-not-mounted"), "");
            File.CreateSymbolicLink(Path.Combine(directory, "two"), "/proc/self/ns/net");
            File.CreateSymbolicLink(Path.Combine(directory, "three"), "/proc/self/ns/net");
            File.CreateSymbolicLink(Path.Combine(directory, "nowhere"), "/proc/none");
            Assert.Null(NameOf(own.Inode));
            time.Pass(seconds: 3);
            Assert.Equal("three", NameOf(own.Inode));
            Assert.Null(NameOf(own.Inode + 1));
            Directory.Delete(directory, recursive: true);
            time.Pass(seconds: 3);
            Assert.Null(NameOf(own.Inode));
        }
        finally
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Once it has been asked for.</summary>
    private static string? NameOf(NameList list, LookupWorkers workers, uint number)
    {
        list.TryNameOf(number, out _);
        workers.Await();
        Assert.True(list.TryNameOf(number, out var name));
        return name;
    }

    private static void WriteUsers(string path, string text, int version)
    {
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, version, 0, 0, 0, DateTimeKind.Utc));
    }
}
