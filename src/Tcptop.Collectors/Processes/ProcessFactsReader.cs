using System.Text;
using Tcptop.Model;

namespace Tcptop.Collectors.Processes;

/// <summary>Command line, executable and start of processes.</summary>
internal sealed class ProcessFactsReader(ProcessFiles files, BootTime bootTime, TimeProvider time)
{
    /// <summary><c>exec</c> changes what a process runs and leaves pid and start as they were.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(3);

    /// <summary>Some command lines are megabytes long; nobody reads more than this of one.</summary>
    private const int LongestCommandLine = 4096;

    private readonly ExpiringCache<ProcessIdentity, ProcessFacts?> _facts = new(time);

    /// <summary>Null when the process has gone, or /proc does not show it. Of one that has just gone, its facts are remembered for some seconds.</summary>
    public ProcessFacts? FactsOf(ProcessIdentity process) =>
        _facts.TryGet(process, out var facts) ? facts : _facts.Put(process, Read(process), Lifetime);

    private ProcessFacts? Read(ProcessIdentity process)
    {
        Span<byte> arguments = stackalloc byte[LongestCommandLine];
        var commandLine = CommandLine(arguments[..files.Read(process.Pid, "cmdline", arguments)], LongestCommandLine);
        var executable = files.LinkTarget(process.Pid, "exe");
        // Last, or a pid that was given away meanwhile would show another process's facts.
        return files.IsStill(process) ? new ProcessFacts(commandLine, executable, bootTime.WallClock(process.StartedNs)) : null;
    }

    /// <summary>Null of a process that has none: a kernel thread, a zombie.</summary>
    /// <param name="arguments">Each ended by NUL; but a process may write there what it likes.</param>
    /// <param name="room">So many bytes may have been cut off in the middle of a character: half of one is left out.</param>
    internal static string? CommandLine(ReadOnlySpan<byte> arguments, int room)
    {
        var isCut = arguments.Length >= room;
        var text = new char[arguments.Length];
        var length = Encoding.UTF8.GetDecoder().GetChars(arguments, text, flush: !isCut);
        text.AsSpan(0, length).Replace('\0', ' ');
        var line = text.AsSpan(0, length).TrimEnd(' ');
        return line.IsEmpty ? null : line.ToString();
    }
}
