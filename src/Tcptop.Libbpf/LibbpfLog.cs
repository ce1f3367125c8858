using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Tcptop.Libbpf;

/// <summary>
/// Catches what libbpf would print on stderr, and keeps the last warning that says something, to be part of an error. libbpf's print
/// function is one for the process, hence static state.
/// </summary>
internal static unsafe class LibbpfLog
{
    private const int WarnLevel = 0;

    /// <summary>Longer messages, which are verifier logs, lose their middle or end; their last words are cut out below.</summary>
    private const int BufferBytes = 64 * 1024;

    private static readonly Lock Gate = new();
    private static readonly byte[] Buffer = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);
    private static string? _lastLine;

    internal static void Capture() => NativeMethods.libbpf_set_print(&Print);

    internal static string? TakeLastLine()
    {
        lock (Gate)
        {
            var line = _lastLine;
            _lastLine = null;
            return line;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Print(int level, byte* format, void* arguments)
    {
        if (level != WarnLevel)
            return 0;
        // Nothing may escape into native code: that would end the process.
        try
        {
            lock (Gate)
            {
                fixed (byte* buffer = Buffer)
                {
                    var length = NativeMethods.vsnprintf(buffer, BufferBytes, format, arguments);
                    if (length > 0)
                        Remember(Encoding.UTF8.GetString(buffer, Math.Min(length, BufferBytes - 1)));
                }
            }
        }
        catch (OutOfMemoryException)
        {
            return 0;
        }
        return 0;
    }

    /// <summary>
    /// The first warning about a failure names the cause; those that follow only say that the load failed. Of a verifier log the line before its
    /// statistics is the verdict.
    /// </summary>
    private static void Remember(string message)
    {
        if (_lastLine is not null)
            return;
        var lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        for (var i = lines.Length - 1; i >= 0; i--)
        {
            if (lines[i].StartsWith("processed ", StringComparison.Ordinal) || lines[i].StartsWith("-- ", StringComparison.Ordinal))
                continue;
            _lastLine = lines[i].StartsWith("libbpf: ", StringComparison.Ordinal) ? lines[i][8..] : lines[i];
            return;
        }
    }
}
