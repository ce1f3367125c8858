using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Tcptop.Testing;

/// <summary>A child process whose lines of output are kept; killed when disposed.</summary>
public class RunningProcess : IDisposable
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Hangup = 1;
    public const int Quit = 3;
    public const int UserDefined1 = 10;

    private const int StopProcess = 19; // SIGSTOP
    private const int Continue = 18; // SIGCONT

    private static readonly TimeSpan Bound = Patience.Of(TimeSpan.FromSeconds(20));

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly Task<string> _error;

    public RunningProcess(string command, params string[] arguments)
        : this(command, arguments, [])
    {
    }

    /// <param name="environment">Set besides what is set here.</param>
    protected RunningProcess(string command, string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true
        };
        // With it Python writes a line in pieces, between which another process's may come.
        start.Environment.Remove("PYTHONUNBUFFERED");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _error = _process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public StreamWriter Input => _process.StandardInput;

    public bool HasExited => _process.HasExited;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines];
        }
    }

    /// <summary>What has come after so many lines.</summary>
    public IReadOnlyList<string> LinesAfter(int count)
    {
        lock (_gate)
            return _lines[count..];
    }

    /// <summary>The first line that begins so, without its beginning; waits for it.</summary>
    public string WaitForLine(string beginning)
    {
        string? found = null;
        Eventually.True(
            () => (
                found = Lines.FirstOrDefault(line => line.StartsWith(beginning, StringComparison.Ordinal))) is not null,
            $"'{_process.StartInfo.FileName}' prints '{beginning}'",
            () => _process.HasExited ? $"It ended: {_error.GetAwaiter().GetResult()}" : "");
        return found![beginning.Length..].Trim();
    }

    /// <summary>The number in a line "port N".</summary>
    public int WaitForPort() => int.Parse(WaitForLine("port "), CultureInfo.InvariantCulture);

    public void Signal(int signal) => _ = NativeMethods.kill(Id, signal);

    /// <summary>Whether it has asked to be told of the signal, whose default is death.</summary>
    public bool Takes(int signal)
    {
        const string Caught = "SigCgt:";
        var line = File.ReadLines($"/proc/{Id}/status")
            .First(line => line.StartsWith(Caught, StringComparison.Ordinal));
        var digits = line[Caught.Length..].Trim();
        var caught = ulong.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (caught >> (signal - 1) & 1) != 0;
    }

    /// <summary>Returns when it does.</summary>
    public void StandStill()
    {
        Signal(StopProcess);
        Eventually.True(
            () => File.ReadAllText($"/proc/{Id}/stat").Contains(") T ", StringComparison.Ordinal), "it stands still");
    }

    public void GoOn() => Signal(Continue);

    /// <summary>Waits for the end; the exit code, and what it said on standard error.</summary>
    public (int ExitCode, string Error) WaitForExit()
    {
        if (!_process.WaitForExit(Bound))
            throw new TimeoutException($"{_process.StartInfo.FileName} did not end.");
        _process.WaitForExit();
        return (_process.ExitCode, _error.GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_gate)
            _lines.Add(line);
    }
}

internal static partial class NativeMethods
{
    [LibraryImport("libc")]
    internal static partial int kill(int pid, int signal);
}
