using Tcptop.Testing;

namespace Tcptop.NetnsTests.Faults;

/// <summary>
/// A copy of tcptop that has capabilities (setcap), in the hands of nobody, with a directory of his, and one
/// of root's that he cannot reach. All of it goes when it is disposed.
/// </summary>
internal sealed class CapableFile : IDisposable
{
    /// <summary>Those of README.md's second line.</summary>
    public const string All = "cap_bpf,cap_perfmon,cap_net_admin,cap_sys_admin,cap_sys_ptrace,cap_dac_read_search";

    private const string Nobody = "65534:65534";

    private readonly string _home = Directory.CreateTempSubdirectory("tcptop-").FullName;

    /// <param name="form">How the file has them: <c>=p</c>, or <c>=ep</c> as files from before have them.</param>
    public CapableFile(string form)
    {
        Tool.Must("chmod", "755", _home);
        Tool.Must("install", "-m", "755", Programs.Tcptop, In("tcptop"));
        Tool.Must("setcap", All + form, In("tcptop"));
        Tool.Must("mkdir", "-m", "700", In("own"), In("private"));
        Tool.Must("chown", Nobody, In("own"));
        // Whoever reached it could write to it.
        Tool.Must("mkdir", "-m", "1777", In("private/pub"));
        File.WriteAllText(In("private/file"), Secret);
        Tool.Must("chmod", "666", In("private/file"));
    }

    /// <summary>What <c>private/file</c> has in it.</summary>
    public const string Secret = "a victim's text\n";

    public string Tcptop => In("tcptop");

    public string In(string name) => Path.Combine(_home, name);

    public string[] Command(params string[] arguments) => CommandWith([], arguments);

    /// <param name="environment">Such as <c>NAME=VALUE</c>.</param>
    /// <param name="arguments">What tcptop is started with.</param>
    public string[] CommandWith(string[] environment, params string[] arguments) =>
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", .. environment, Tcptop, .. arguments];

    public ToolResult Run(params string[] arguments) => RunWith([], arguments);

    public ToolResult RunWith(string[] environment, params string[] arguments)
    {
        var command = CommandWith(environment, arguments);
        return Tool.Run(command[0], command[1..]);
    }

    /// <summary>What it says is in the file <c>said</c>.</summary>
    public LogProcess StartLog(string name, string interval) =>
        LogProcess.StartSayingTo(In("said"), Command(), In(name), interval);

    public void AssertPrivateIsUntouched()
    {
        if (File.ReadAllText(In("private/file")) != Secret || Directory.GetFileSystemEntries(In("private")).Length != 2
            || Directory.GetFileSystemEntries(In("private/pub")).Length != 0)
            throw new InvalidOperationException("a file was written that this user cannot reach");
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);
}
