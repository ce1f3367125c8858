namespace Tcptop.Model;

/// <summary>A feature that this host lacks, and what would bring it.</summary>
/// <param name="Feature">As the kernel names it: <c>BTF</c>, <c>iter/task_file</c>.</param>
/// <param name="Needs">What has it: <c>Linux 5.8</c>, <c>CONFIG_DEBUG_INFO_BTF=y</c>; empty where nothing on
/// this host would bring it.</param>
public readonly record struct Missing(string Feature, string Needs = "")
{
    public override string ToString() => Needs.Length == 0 ? Feature : $"{Feature} (needs {Needs})";
}
