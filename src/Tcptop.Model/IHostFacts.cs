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
public readonly record struct RowFacts(
    string? CgroupPath, string? Container, string? NetworkNamespace, string? User, ProcessFacts? Process);

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
    void Await(ReadOnlySpan<ConnectionRecord> rows, Func<TimeSpan> timeLeft);

    /// <summary>Runs on a thread that may be lost when what was not known has become so.</summary>
    Action? Answered { get; set; }

    /// <summary>Look-ups that failed, were given up or were not even begun, as they would take too long.</summary>
    Loss Unanswered { get; }

    RowFacts FactsOf(in ConnectionRecord row);

    /// <summary><see cref="RowFacts.Container"/> alone. False while it is not known.</summary>
    bool TryContainer(in ConnectionRecord row, out string? name);
}
