using Tcptop.Testing;
using static Tcptop.NetnsTests.OwnerCase;

namespace Tcptop.NetnsTests;

/// <summary>A pid namespace with a first process; all that is in it ends when disposed.</summary>
internal sealed class ProcessNamespace : IDisposable
{
    private static readonly string[] Nested = ["unshare", "--pid", "--fork", "--kill-child"];

    private readonly RunningProcess _first;

    /// <param name="hasOwnProc">Whether /proc shows its processes, or still those outside.</param>
    public ProcessNamespace(bool hasOwnProc = true)
    {
        string[] script = [ScriptOf("first_process.py"), hasOwnProc ? "new-proc" : "old-proc"];
        _first = new RunningProcess(Nested[0], [.. Nested[1..], "--mount", "python3", .. script]);
        FirstProcess = Number(_first.WaitForLine("host "));
        _first.WaitForLine("ready");
    }

    /// <summary>Its id outside.</summary>
    public int FirstProcess { get; }

    /// <summary>What starts a command inside.</summary>
    public string[] Entry => ["nsenter", "--target", $"{FirstProcess}", "--pid", "--mount"];

    /// <summary>It has the id of "nsenter", which waits outside for what it started.</summary>
    public RunningProcess Start(params string[] command) =>
        new(Entry[0], [.. Entry[1..], .. command]);

    public RunningProcess StartPython(string script, params string[] arguments) =>
        Start(["python3", ScriptOf(script), .. arguments]);

    /// <summary>In a pid namespace within this one, with the /proc of this one.</summary>
    public RunningProcess StartPythonNested(string script, params string[] arguments) =>
        Start([.. Nested, "python3", ScriptOf(script), .. arguments]);

    public void Dispose() => _first.Dispose();
}
