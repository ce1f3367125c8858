using System.Text;
using Tcptop.Model;

namespace Tcptop.Linux.Naming;

/// <summary>
/// Cgroups of processes, for hosts that keep them in cgroup v1, where sockets have no id that leads to a
/// path.
/// </summary>
internal sealed class ProcessCgroups
{
    /// <summary>Processes are moved, mostly soon after their start.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    private const int LongestFile = 16 * 1024;

    private readonly ProcessFiles _files;
    private readonly AnswerStore<ProcessIdentity, CgroupName?> _paths;

    public ProcessCgroups(ProcessFiles files, LookupWorkers workers, TimeProvider time)
    {
        _files = files;
        _paths = new(workers, time, Lifetime, (process, _) => Read(process));
    }

    /// <summary>False while it is not known.</summary>
    public bool TryGet(ProcessIdentity process, out CgroupName? cgroup) => _paths.TryGet(process, out cgroup);

    private CgroupName? Read(ProcessIdentity process)
    {
        var text = new byte[LongestFile];
        var path = CgroupLines.Choose(
            Encoding.UTF8.GetString(text.AsSpan(0, _files.Read(process.Pid, "cgroup", text))));
        return _files.IsStill(process) ? CgroupName.Of(path) : null;
    }
}
