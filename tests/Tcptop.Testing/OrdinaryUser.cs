namespace Tcptop.Testing;

/// <summary>tcptop as nobody starts it, from a place that nobody can reach, wherever this build is.</summary>
public static class OrdinaryUser
{
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly Lazy<string> Copy = new(CopyProgram);

    /// <summary>CAP_PERFMON and CAP_BPF, by number: older tools do not know their names.</summary>
    public const string TwoCapabilities = "+cap_38,+cap_39";

    /// <summary>A copy of <see cref="Programs.Tcptop"/> that is gone when the tests end.</summary>
    public static string Tcptop => Copy.Value;

    /// <param name="capabilities">In the words of setpriv: <c>+net_admin,+cap_39</c>; empty for none.</param>
    /// <param name="arguments">What tcptop is started with.</param>
    public static string[] Command(string capabilities, params string[] arguments)
    {
        string[] kept = capabilities.Length > 0 ? [$"--inh-caps={capabilities}", $"--ambient-caps={capabilities}"] : [];
        return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. kept, Tcptop, .. arguments];
    }

    public static ToolResult Run(string capabilities, params string[] arguments)
    {
        var command = Command(capabilities, arguments);
        return Tool.Run(command[0], command[1..]);
    }

    private static string CopyProgram()
    {
        var directory = Directory.CreateTempSubdirectory("tcptop-for-all-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        File.SetUnixFileMode(directory, ForAll);
        var program = new FileInfo(Programs.Tcptop);
        // A shipped binary is one file; a build needs what lies beside it.
        FileInfo[] files = File.Exists(Path.ChangeExtension(program.FullName, ".dll")) ? program.Directory!.GetFiles() : [program];
        foreach (var file in files)
            File.SetUnixFileMode(file.CopyTo(Path.Combine(directory, file.Name)).FullName, ForAll);
        return Path.Combine(directory, program.Name);
    }
}
