namespace Tcptop.Model;

/// <summary>
/// A process: its id in the initial pid namespace and the boot-clock time its leader started (<c>task_struct.start_boottime</c>),
/// which together are never reused. Pid 0 means that no owner is known.
/// </summary>
public readonly record struct ProcessIdentity(uint Pid, ulong StartedNs)
{
    public bool IsKnown => Pid != 0;
}
