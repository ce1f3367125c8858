using System.Globalization;

namespace Tcptop.Linux.Naming;

/// <summary>The pid namespace of this process, in which a person here knows others by their ids.</summary>
internal static class PidNamespace
{
    /// <summary>PROC_PID_INIT_INO: of the initial one, where the ids are the kernel's own.</summary>
    private const uint Initial = 0xEFFFFFFC;

    private const string Prefix = "pid:[";

    /// <summary>Its inode number; 0 where it is the initial one, or /proc does not say.</summary>
    public static readonly uint OfThisProcess = Parse(NetworkNamespaceHandle.ReadLink("/proc/self/ns/pid", out _));

    /// <summary>From <c>pid:[4026531836]</c>.</summary>
    internal static uint Parse(string? link)
    {
        if (link is null || !link.StartsWith(Prefix, StringComparison.Ordinal) || !link.EndsWith(']'))
            return 0;
        var number = link.AsSpan(Prefix.Length, link.Length - Prefix.Length - 1);
        var isNumber = uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var inode);
        return isNumber && inode != Initial ? inode : 0;
    }
}
