using Tcptop.Model;

namespace Tcptop.Cli;

/// <summary>
/// The command line as it was given. .NET makes one mark of all that is not UTF-8, and the name of
/// a file would lead to another one.
/// </summary>
internal static class RawArguments
{
    private const char Mark = '\uFFFD';
    private const string CommandLineFile = "/proc/self/cmdline";

    /// <summary>Unchanged where all is text, or /proc cannot tell.</summary>
    /// <param name="decoded">As .NET gives them.</param>
    public static string[] Of(string[] decoded)
    {
        if (!decoded.Any(static argument => argument.Contains(Mark)))
            return decoded;
        try
        {
            return Of(decoded, File.ReadAllBytes(CommandLineFile));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return decoded;
        }
    }

    /// <param name="decoded">As .NET gives them.</param>
    /// <param name="commandLine">Each ends in a zero; before them comes what was started.</param>
    internal static string[] Of(string[] decoded, ReadOnlySpan<byte> commandLine)
    {
        var all = new List<string>();
        while (commandLine.IndexOf((byte)0) is >= 0 and var end)
        {
            all.Add(ByteText.Decode(commandLine[..end]));
            commandLine = commandLine[(end + 1)..];
        }
        return all.Count > decoded.Length ? [.. all.Skip(all.Count - decoded.Length)] : decoded;
    }
}
