namespace Tcptop.Linux;

/// <summary>
/// The process that all others here descend from: what it sees is what the host has mounted, or the
/// container.
/// </summary>
public static class FirstProcess
{
    public const string Directory = "/proc/1";

    /// <summary>What is below it, is as that process sees it. For who has its rights.</summary>
    public const string Root = Directory + "/root";
}
