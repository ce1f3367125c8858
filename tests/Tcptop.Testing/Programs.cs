namespace Tcptop.Testing;

/// <summary>
/// Where the programs under test are: those of this build, unless TCPTOP_BINARY names another tcptop.
/// </summary>
public static class Programs
{
    public static string Tcptop { get; } =
        Environment.GetEnvironmentVariable("TCPTOP_BINARY") is { Length: > 0 } given
            ? given
            : InBuild("Tcptop", "tcptop");

    public static string Traffic { get; } = InBuild("Tcptop.Traffic", "Tcptop.Traffic");

    /// <summary>artifacts/bin/PROJECT/CONFIGURATION/NAME, beside the test's own.</summary>
    private static string InBuild(string project, string name)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, name);
    }
}
