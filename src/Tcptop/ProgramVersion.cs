using System.Reflection;

namespace Tcptop;

internal static class ProgramVersion
{
    /// <summary>As built: "0.1.0", and behind a plus the commit where there was one.</summary>
    public static string Text { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
