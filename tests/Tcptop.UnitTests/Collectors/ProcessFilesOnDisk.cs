using System.Globalization;

namespace Tcptop.UnitTests.Collectors;

/// <summary>A directory that looks like /proc, with one process in it.</summary>
internal sealed class ProcessFilesOnDisk : IDisposable
{
    public const uint Pid = 42;

    public string Root { get; } = Directory.CreateTempSubdirectory("tcptop").FullName;

    private string Process => Path.Combine(Root, Pid.ToString(CultureInfo.InvariantCulture));

    public ProcessFilesOnDisk() => Directory.CreateDirectory(Process);

    /// <summary>The line of a process that started so long after boot.</summary>
    public static string StatLine(string name, ulong startTicks) =>
        $"42 ({name}) S 1 42 42 0 -1 4194560 1 0 0 0 7 5 0 0 20 0 1 0 {startTicks} 1000 200 18446744073709551615\n";

    public void Write(string name, string text) => File.WriteAllText(Path.Combine(Process, name), text);

    public void Link(string name, string target)
    {
        var path = Path.Combine(Process, name);
        File.Delete(path);
        File.CreateSymbolicLink(path, target);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
