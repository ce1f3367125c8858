using System.Buffers.Text;
using System.Globalization;
using Tcptop.Model;

namespace Tcptop.Linux.Naming;

/// <summary>
/// The files of processes under /proc. A pid may be given to another process between any two calls: whoever
/// reads, asks <see cref="IsStill"/> after the last file, and only then believes what was read.
/// </summary>
internal sealed class ProcessFiles(string root = "/proc")
{
    private const int LongestStat = 4096;

    /// <summary>Reads the beginning of a file, as much as there is room for.</summary>
    /// <returns>How many bytes; 0 as well when it may not be read or has gone.</returns>
    /// <exception cref="IOException">
    /// Too many files are open, which says nothing of the process.
    /// </exception>
    public int Read(uint pid, string name, Span<byte> into)
    {
        try
        {
            using var file = File.OpenHandle(PathOf(pid, name));
            var length = 0;
            // The kernel gives /proc out in pieces; only 0 is the end.
            while (length < into.Length && RandomAccess.Read(file, into[length..], length) is > 0 and var read)
                length += read;
            return length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            && !KernelException.IsShortOfFilesIn(e))
        {
            return 0;
        }
    }

    /// <summary>Null when it may not be read, leads nowhere or has gone.</summary>
    public string? LinkTarget(uint pid, string name)
    {
        try
        {
            return new FileInfo(PathOf(pid, name)).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether the pid is the process that is meant. False as well where /proc does not show it (hidepid,
    /// another pid namespace) or counts from another boot time (time namespaces).
    /// </summary>
    public bool IsStill(ProcessIdentity process)
    {
        Span<byte> stat = stackalloc byte[LongestStat];
        return ProcessStat.TryReadStart(stat[..Read(process.Pid, "stat", stat)], out var ticks)
            && ProcessStat.IsStartOf(ticks, process.StartedNs);
    }

    /// <summary>Its real user, whoever owns its files under /proc; null when it has gone.</summary>
    public uint? OwnerOf(uint pid)
    {
        Span<byte> status = stackalloc byte[LongestStat];
        status = status[..Read(pid, "status", status)];
        var at = status.IndexOf("\nUid:\t"u8);
        return at >= 0 && Utf8Parser.TryParse(status[(at + "\nUid:\t".Length)..], out uint uid, out _) ? uid : null;
    }

    private string PathOf(uint pid, string name) => string.Create(CultureInfo.InvariantCulture, $"{root}/{pid}/{name}");
}
