namespace Tcptop.Model;

/// <summary>
/// A process: its id in the initial pid namespace and the boot-clock time its leader started
/// (<c>task_struct.start_boottime</c>), which together are never reused.
/// </summary>
/// <param name="HostPid">0 means that no owner is known.</param>
/// <param name="StartedNs">Nanoseconds since the host's boot.</param>
/// <param name="Pid">
/// The id that a person here knows it by: that in tcptop's own pid namespace. 0 of a process outside of it,
/// which has none here.
/// </param>
public readonly record struct ProcessIdentity(uint HostPid, ulong StartedNs, uint Pid)
{
    /// <summary>Where there is one pid namespace alone.</summary>
    public ProcessIdentity(uint pid, ulong startedNs)
        : this(pid, startedNs, pid)
    {
    }

    public bool IsKnown => HostPid != 0;

    /// <summary>
    /// Whether it is in tcptop's own pid namespace: only there do <c>/proc</c>, <c>kill</c> and people know
    /// it.
    /// </summary>
    public bool IsVisible => Pid != 0;
}
