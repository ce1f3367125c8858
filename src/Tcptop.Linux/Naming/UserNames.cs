using System.Globalization;

namespace Tcptop.Linux.Naming;

/// <summary>
/// Names of users as /etc/passwd has them. Not the C library's answer: that may ask a directory server over
/// the network, for as long as it takes.
/// </summary>
internal sealed class UserNames(LookupWorkers workers, TimeProvider time, string path = "/etc/passwd")
    : NameList(workers, time, CheckEvery)
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(3);

    private Dictionary<uint, string> _names = [];
    private DateTime _readVersion;

    /// <summary>Where several users share an id, the first gives the name, as everywhere.</summary>
    internal static Dictionary<uint, string> Parse(IEnumerable<string> lines)
    {
        var names = new Dictionary<uint, string>();
        foreach (var line in lines)
        {
            var fields = line.Split(':');
            // "+" and "-" begin orders to look elsewhere.
            if (fields.Length > 2 && fields[0] is [not ('+' or '-' or '#'), ..]
                && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var uid))
                names.TryAdd(uid, fields[0]);
        }
        return names;
    }

    /// <summary>If it has changed.</summary>
    protected override Dictionary<uint, string> Read()
    {
        try
        {
            var version = File.GetLastWriteTimeUtc(path);
            if (version != _readVersion)
            {
                _names = Parse(File.ReadLines(path));
                _readVersion = version;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            && !KernelException.IsShortOfFilesIn(e))
        {
            // Replaced this very moment, or not there: what was known stays, and the next check tries again.
        }
        return _names;
    }
}
