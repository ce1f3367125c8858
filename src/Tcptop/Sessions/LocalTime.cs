using Tcptop.Native;

namespace Tcptop.Sessions;

/// <summary>
/// The local time of all that shows one, as the C library has it: TZ may be a POSIX rule, which
/// .NET takes for the name of a file. One difference: what TZ leads to is opened only if it is a
/// file of a sensible size, since reading a pipe or a device may take for ever.
/// </summary>
internal static unsafe class LocalTime
{
    private const string DefaultFile = "/etc/localtime";
    private const string DefaultRules = "posixrules";
    private const string DefaultDirectory = "/usr/share/zoneinfo";

    /// <summary>The largest that there is has 4 KB.</summary>
    private const ulong LargestFile = 256 * 1024;

    private static readonly Lazy<bool> IsKnown = new(() => TryRead(
        Environment.GetEnvironmentVariable("TZ"), Environment.GetEnvironmentVariable("TZDIR")));

    /// <summary>Zero where there is no such time zone, or none that may be read.</summary>
    public static TimeSpan OffsetAt(DateTimeOffset time) =>
        IsKnown.Value ? LibraryOffsetAt(time) : TimeSpan.Zero;

    /// <summary>Makes the C library read TZ; false where it has to be kept from it.</summary>
    internal static bool TryRead(string? zone, string? directory)
    {
        if (!FilesOf(zone, directory).All(MayOpen))
            return false;
        // localtime_r alone need not look at TZ.
        NativeMethods.tzset();
        return true;
    }

    internal static TimeSpan LibraryOffsetAt(DateTimeOffset time)
    {
        var seconds = time.ToUnixTimeSeconds();
        NativeMethods.BrokenDownTime local;
        return NativeMethods.localtime_r(&seconds, &local) == null
            ? TimeSpan.Zero
            : TimeSpan.FromSeconds(local.SecondsAheadOfUtc);
    }

    /// <summary>
    /// What the C library looks for before it takes TZ for a rule, and where the rule has none for
    /// the summer: see tzset(3), and tzset_internal of glibc.
    /// </summary>
    private static IEnumerable<string> FilesOf(string? zone, string? directory)
    {
        if (string.IsNullOrEmpty(directory))
            directory = DefaultDirectory;
        var name = zone?.StartsWith(':') == true ? zone[1..] : zone;
        yield return name is null ? DefaultFile : Path.Combine(directory, name);
        yield return Path.Combine(directory, DefaultRules);
    }

    /// <summary>Whether the C library may open it: what is not there does no harm.</summary>
    private static bool MayOpen(string path)
    {
        NativeMethods.FileStatus status;
        const int Here = NativeMethods.CurrentDirectory;
        if (NativeMethods.statx(Here, path, 0, NativeMethods.WantTypeLinksAndSize, &status) != 0)
            return true;
        return status.Type == NativeMethods.RegularFile && status.Size <= LargestFile;
    }
}
