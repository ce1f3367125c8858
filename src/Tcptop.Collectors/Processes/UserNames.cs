using System.Globalization;

namespace Tcptop.Collectors.Processes;

/// <summary>
/// Names of users as /etc/passwd has them. Not the C library's answer: that may ask a directory server over the network, for as long as it takes, from
/// the thread that samples.
/// </summary>
internal sealed class UserNames(TimeProvider time, string path = "/etc/passwd")
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(3);

    private Dictionary<uint, string> _names = [];
    private DateTime _readVersion;
    private long? _checkedAt;

    public string? NameOf(uint uid)
    {
        if (_checkedAt is not { } at || time.GetElapsedTime(at) >= CheckEvery)
            ReadIfChanged();
        return _names.GetValueOrDefault(uid);
    }

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

    private void ReadIfChanged()
    {
        _checkedAt = time.GetTimestamp();
        try
        {
            var version = File.GetLastWriteTimeUtc(path);
            if (version == _readVersion)
                return;
            _names = Parse(File.ReadLines(path));
            _readVersion = version;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Replaced this very moment, or not there: what was known stays, and the next check tries again.
        }
    }
}
