using System.Reflection;
using System.Runtime;
using System.Runtime.InteropServices;
using Tcptop.Collectors.Libbpf;

namespace Tcptop.Cli;

/// <summary>What this binary is, and what is in it.</summary>
internal static class ProgramVersion
{
    private const string Unknown = "unknown";

    public static string Text { get; } = Write(
        typeof(ProgramVersion).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? Unknown,
        LibbpfVersion.Text ?? Unknown);

    /// <param name="informational">As built: "0.1.0", and behind a plus the commit where there was one.</param>
    /// <param name="libbpf">As libbpf says it: "v1.1".</param>
    internal static string Write(string informational, string libbpf)
    {
        var (version, commit) = informational.IndexOf('+', StringComparison.Ordinal) is var plus and >= 0
            ? (informational[..plus], informational[(plus + 1)..])
            : (informational, Unknown);
        // Not the feature switch for dynamic code, which is off in every build of a program that can be
        // compiled ahead of time.
        var compiled = JitInfo.GetCompiledMethodCount() == 0 ? "ahead of time" : "just in time";
        return $"""
            tcptop {version}
            commit {commit}
            libbpf {libbpf.TrimStart('v')}
            runtime {RuntimeInformation.FrameworkDescription}, compiled {compiled}, {RuntimeInformation.RuntimeIdentifier}

            """;
    }
}
