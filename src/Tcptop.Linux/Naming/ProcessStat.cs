using System.Buffers.Text;

namespace Tcptop.Linux.Naming;

/// <summary>What is needed of <c>/proc/PID/stat</c>.</summary>
internal static class ProcessStat
{
    /// <summary>USER_HZ: the unit that the kernel gives times in here.</summary>
    private const ulong NanosecondsPerTick = 10_000_000;

    /// <summary>Fields between the name, which is the second, and the start, which is the 22nd.</summary>
    private const int FieldsBeforeStart = 19;

    /// <summary>
    /// When the process started, in ticks since boot. The name may hold anything, spaces and parentheses too:
    /// only the last parenthesis ends it.
    /// </summary>
    public static bool TryReadStart(ReadOnlySpan<byte> stat, out ulong ticks)
    {
        ticks = 0;
        var fields = stat[(stat.LastIndexOf((byte)')') + 1)..];
        if (fields.Length == stat.Length || fields is not [(byte)' ', ..])
            return false;
        fields = fields[1..];
        for (var i = 0; i < FieldsBeforeStart; i++)
        {
            var space = fields.IndexOf((byte)' ');
            if (space < 0)
                return false;
            fields = fields[(space + 1)..];
        }
        return Utf8Parser.TryParse(fields, out ticks, out var read) && read < fields.Length && fields[read] is (byte)' '
            or (byte)'\n';
    }

    public static bool IsStartOf(ulong ticks, ulong startedNs)
    {
        var expected = startedNs / NanosecondsPerTick;
        return Math.Max(ticks, expected) - Math.Min(ticks, expected) <= 1;
    }
}
