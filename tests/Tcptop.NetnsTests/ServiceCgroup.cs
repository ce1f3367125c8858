using System.Globalization;
using Tcptop.Testing;

namespace Tcptop.NetnsTests;

/// <summary>
/// A cgroup v2 where systemd would make that of a service; what of it was not there before is gone when
/// disposed.
/// </summary>
internal sealed class ServiceCgroup : IDisposable
{
    private readonly Stack<string> _made = [];
    private readonly string _directory;

    public ServiceCgroup()
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"tcptop-test-{Environment.ProcessId}.service");
        Path = "/system.slice/" + Name;
        Make(Mount + "/system.slice");
        Make(_directory = Mount + Path);
    }

    /// <summary>Where the tree is.</summary>
    public static string Mount =>
        File.ReadLines("/proc/self/mounts").Select(line => line.Split(' '))
            .FirstOrDefault(fields => fields[2] == "cgroup2")?[1]
        ?? throw new InvalidOperationException(
            "No cgroup v2 tree is mounted; this test needs one.");

    public string Name { get; }

    /// <summary>Below the root of the tree.</summary>
    public string Path { get; }

    /// <summary>In the file system.</summary>
    public string Directory => _directory;

    /// <summary>Moves a process in; it must be ended before this is disposed.</summary>
    public void TakeIn(RunningProcess process) =>
        File.WriteAllText(_directory + "/cgroup.procs", process.Id.ToString(CultureInfo.InvariantCulture));

    public void Dispose()
    {
        while (_made.TryPop(out var directory))
            Eventually.True(() => IsRemoved(directory), $"{directory} can be removed");
    }

    private void Make(string directory)
    {
        if (System.IO.Directory.Exists(directory))
            return;
        System.IO.Directory.CreateDirectory(directory);
        _made.Push(directory);
    }

    /// <summary>
    /// The kernel keeps a cgroup until the last of its processes is gone, which takes a moment after its end.
    /// </summary>
    private static bool IsRemoved(string directory)
    {
        try
        {
            System.IO.Directory.Delete(directory);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
