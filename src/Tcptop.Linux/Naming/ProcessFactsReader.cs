using System.Text;
using Tcptop.Model;

namespace Tcptop.Linux.Naming;

/// <summary>Command line, executable and start of processes.</summary>
internal sealed class ProcessFactsReader
{
    /// <summary><c>exec</c> changes what a process runs and leaves pid and start as they were.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(3);

    /// <summary>Some command lines are megabytes long; nobody reads more than this of one.</summary>
    private const int LongestCommandLine = 4096;

    private readonly ProcessFiles _files;
    private readonly BootTime _bootTime;
    private readonly AnswerStore<ProcessIdentity, ProcessFacts?> _facts;
    private readonly SlowOwners _slow;

    public ProcessFactsReader(ProcessFiles files, BootTime bootTime, LookupWorkers workers, TimeProvider time)
    {
        (_files, _bootTime) = (files, bootTime);
        _slow = new SlowOwners(files, time, workers.CountUnanswered);
        _facts = new(workers, time, Lifetime, Read);
    }

    /// <summary>
    /// False while it is not known. Null when the process has gone, or /proc does not show it. Of one that
    /// has just gone, its facts are remembered for some seconds.
    /// </summary>
    public bool TryFactsOf(ProcessIdentity process, out ProcessFacts? facts) => _facts.TryGet(process, out facts);

    /// <summary>
    /// The command line last: the kernel reads it in the process's own memory, and who owns that may hold it
    /// up for ever.
    /// </summary>
    private ProcessFacts? Read(ProcessIdentity process, Action<ProcessFacts?> early)
    {
        var executable = _files.LinkTarget(process.Pid, "exe");
        if (!_files.IsStill(process))
            return null;
        var facts = new ProcessFacts(null, executable, _bootTime.WallClock(process.StartedNs));
        early(facts);
        if (!_slow.TryBegin(process.Pid))
            return WithFormerCommandLine(process, facts);
        var commandLine = ReadCommandLine(process.Pid);
        // Again, or a pid that was given away meanwhile would show another process's.
        return _files.IsStill(process) ? facts with { CommandLine = commandLine } : null;
    }

    /// <summary>It has hardly changed; where nothing was known, nothing is.</summary>
    private ProcessFacts WithFormerCommandLine(ProcessIdentity process, ProcessFacts facts)
    {
        _facts.TryGet(process, out var former);
        return facts with { CommandLine = former?.CommandLine };
    }

    private string? ReadCommandLine(uint pid)
    {
        try
        {
            Span<byte> arguments = stackalloc byte[LongestCommandLine];
            return CommandLine(arguments[.._files.Read(pid, "cmdline", arguments)], LongestCommandLine);
        }
        finally
        {
            _slow.End(pid);
        }
    }

    /// <summary>Null of a process that has none: a kernel thread, a zombie.</summary>
    /// <param name="arguments">Each ended by NUL; but a process may write there what it likes.</param>
    /// <param name="room">So many bytes may have been cut off in the middle of a character: half of one is
    /// left out.</param>
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
