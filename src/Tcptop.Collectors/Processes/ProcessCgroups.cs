using System.Text;
using Tcptop.Model;

namespace Tcptop.Collectors.Processes;

/// <summary>Cgroup paths of processes, for hosts that keep them in cgroup v1, where sockets have no id that leads to a path.</summary>
internal sealed class ProcessCgroups(ProcessFiles files, TimeProvider time)
{
    /// <summary>Processes are moved, mostly soon after their start.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    private const int LongestFile = 16 * 1024;

    private readonly ExpiringCache<ProcessIdentity, string?> _paths = new(time);
    private readonly byte[] _text = new byte[LongestFile];

    public string? PathOf(ProcessIdentity process) =>
        _paths.TryGet(process, out var path) ? path : _paths.Put(process, Read(process), Lifetime);

    private string? Read(ProcessIdentity process)
    {
        var path = CgroupLines.Choose(Encoding.UTF8.GetString(_text.AsSpan(0, files.Read(process.Pid, "cgroup", _text))));
        return files.IsStill(process) ? path : null;
    }
}
