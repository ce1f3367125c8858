namespace Tcptop.Testing;

/// <summary>
/// What nobody starts: tcptop from a place that nobody can reach, wherever this build is, and
/// scripts.
/// </summary>
public static class OrdinaryUser
{
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly string[] AsNobody =
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

    /// <summary>Not root's own Python, where he has one.</summary>
    private static readonly string[] PathOfAll = ["env", "PATH=/usr/local/bin:/usr/bin:/bin"];

    private static readonly Lazy<string> Place = new(MakePlace);
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
        return [.. AsNobody, .. kept, Tcptop, .. arguments];
    }

    public static string[] Python(string script, params string[] arguments) =>
        [.. AsNobody, .. PathOfAll, "python3", CopyOf(script), .. arguments];

    /// <summary>The same with a last argument that .NET could not pass: these bytes, again and again.</summary>
    /// <param name="octal">As tr(1) has them.</param>
    public static string[] PythonWithBytes(
        string script, string octal, int count, params string[] arguments) =>
    [
        .. AsNobody, .. PathOfAll, "bash", "-c",
        "octal=$0 count=$1; shift; exec python3 \"$@\" \"$(head -c $count /dev/zero | tr '\\0' $octal)\"",
        octal, $"{count}", CopyOf(script), .. arguments,
    ];

    public static ToolResult Run(string capabilities, params string[] arguments)
    {
        var command = Command(capabilities, arguments);
        return Tool.Run(command[0], command[1..]);
    }

    private static string MakePlace()
    {
        var directory = Directory.CreateTempSubdirectory("tcptop-for-all-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        File.SetUnixFileMode(directory, ForAll);
        return directory;
    }

    private static string CopyOf(string script)
    {
        var copy = Path.Combine(Place.Value, Path.GetFileName(script));
        // Not again: somebody may be reading it.
        if (!File.Exists(copy))
            File.Copy(script, copy);
        File.SetUnixFileMode(copy, ForAll);
        return copy;
    }

    private static string CopyProgram()
    {
        var program = new FileInfo(Programs.Tcptop);
        // A shipped binary is one file; a build needs what lies beside it.
        FileInfo[] files =
            File.Exists(Path.ChangeExtension(program.FullName, ".dll")) ? program.Directory!.GetFiles() : [program];
        foreach (var file in files)
            File.SetUnixFileMode(file.CopyTo(Path.Combine(Place.Value, file.Name)).FullName, ForAll);
        return Path.Combine(Place.Value, program.Name);
    }
}
