using Tcptop.Model;

namespace Tcptop.Outputs;

/// <summary>Knows nothing of any row: for a header, which asks nobody, and where the host's answers are no part of what is measured.</summary>
internal sealed class NoHostFacts : IHostFacts
{
    public static readonly NoHostFacts Instance = new();

    public string? CgroupPath(in ConnectionRecord row) => null;

    public string? Container(in ConnectionRecord row) => null;

    public string? NetworkNamespaceName(in ConnectionRecord row) => null;

    public string? UserName(in ConnectionRecord row) => null;

    public ProcessFacts? Process(in ConnectionRecord row) => null;
}
