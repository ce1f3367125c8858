namespace Tcptop.Model;

/// <summary>What /proc tells of a process; a part that could not be read is null.</summary>
/// <param name="CommandLine">Arguments joined by spaces; as its owner wrote it: escape before a terminal.</param>
/// <param name="Executable">Path, with <c> (deleted)</c> behind it when the file has gone.</param>
/// <param name="StartedAt">Wall-clock time.</param>
public sealed record ProcessFacts(string? CommandLine, string? Executable, DateTimeOffset? StartedAt);

/// <summary>
/// What the host is asked about a row when it is shown, and only then. Every answer may be null: not known, not ours to see, or gone. One thread at a
/// time, the one that samples.
/// </summary>
public interface IHostFacts
{
    /// <summary>Path of the row's cgroup below the root of its tree: <c>/system.slice/nginx.service</c>.</summary>
    string? CgroupPath(in ConnectionRecord row);

    /// <summary>Short name of the container or unit that the cgroup path tells of: <c>docker:4f5e6d7c8b9a</c>, <c>nginx.service</c>.</summary>
    string? Container(in ConnectionRecord row);

    /// <summary>Name under /run/netns of the row's network namespace, if it has one.</summary>
    string? NetworkNamespaceName(in ConnectionRecord row);

    /// <summary>Name of the row's user.</summary>
    string? UserName(in ConnectionRecord row);

    /// <summary>Facts of the row's owner; never those of another process that has got the same pid since.</summary>
    ProcessFacts? Process(in ConnectionRecord row);
}
