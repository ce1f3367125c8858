namespace Tcptop.Model;

/// <summary>What /proc tells of a process; a part that could not be read is null.</summary>
/// <param name="CommandLine">Arguments joined by spaces; as its owner wrote it: escape before a terminal.</param>
/// <param name="Executable">Path, with <c> (deleted)</c> behind it when the file has gone.</param>
/// <param name="StartedAt">Wall-clock time.</param>
public sealed record ProcessFacts(string? CommandLine, string? Executable, DateTimeOffset? StartedAt);

/// <summary>What the host says of a row. A null is not ours to see, gone, or not known yet.</summary>
/// <param name="CgroupPath">Below the root of its tree: <c>/system.slice/nginx.service</c>.</param>
/// <param name="Container">
/// Short name of the container or unit that the cgroup path tells of: <c>docker:4f5e6d7c8b9a</c>,
/// <c>nginx.service</c>.
/// </param>
/// <param name="NetworkNamespace">Name under /run/netns, if it has one.</param>
/// <param name="User">Name of the row's user.</param>
/// <param name="Process">
/// Of the row's owner; never of another process that has got the same pid since.
/// </param>
/// <param name="IsPending">Some of what was asked for may still come.</param>
public readonly record struct RowFacts(
    string? CgroupPath, string? Container, string? NetworkNamespace, string? User, ProcessFacts? Process,
    bool IsPending = false);

/// <summary>The kinds of fact that the host can be asked for about a row.</summary>
[Flags]
public enum HostFact : byte
{
    None = 0,

    /// <summary>Path of the cgroup, and the container or unit that it tells of.</summary>
    Cgroup = 1,

    /// <summary>Name of the network namespace.</summary>
    Namespace = 2,

    /// <summary>Name of the user.</summary>
    User = 4,

    /// <summary>Command line, program and start of the process.</summary>
    Process = 8,

    All = Cgroup | Namespace | User | Process,
}

/// <summary>
/// What the host is asked about a row when it is shown, and only then. Every answer comes at once,
/// for it is other threads that ask and may be held up. Any thread.
/// </summary>
public interface IHostFacts
{
    /// <summary>
    /// For output that cannot show later what is not known yet: asks about the rows, and returns when
    /// all is known that can be had in time.
    /// </summary>
    /// <param name="rows">The rows that are about to be shown.</param>
    /// <param name="timeLeft">Asked again and again; it returns soon after there is none.</param>
    /// <param name="asked">What of them.</param>
    void Await(ReadOnlySpan<ConnectionRecord> rows, Func<TimeSpan> timeLeft, HostFact asked = HostFact.All);

    /// <summary>Runs on a thread that may be lost when what was not known has become so.</summary>
    Action? Answered { get; set; }

    /// <summary>Look-ups that failed, were given up or were not even begun, as they would take too long.</summary>
    Loss Unanswered { get; }

    /// <summary>What is known of that which is asked for; the rest is null.</summary>
    RowFacts FactsOf(in ConnectionRecord row, HostFact asked = HostFact.All);
}
