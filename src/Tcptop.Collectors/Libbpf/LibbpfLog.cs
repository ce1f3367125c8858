using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Tcptop.Collectors.Libbpf;

/// <summary>
/// Catches what libbpf would print on stderr, and keeps the warnings that say something, to be part of an
/// error. libbpf's print function is one for the process, hence static state.
/// </summary>
internal static unsafe class LibbpfLog
{
    private const int WarnLevel = 0;

    /// <summary>
    /// Longer messages, which are verifier logs, lose their middle or end; their last words are cut out
    /// below.
    /// </summary>
    private const int BufferBytes = 64 * 1024;

    /// <summary>
    /// On old kernels libbpf tries to raise a limit first; that it may not is never the reason why a load
    /// fails.
    /// </summary>
    private const string MemlockAdvice = "RLIMIT_MEMLOCK";

    private static readonly Lock Gate = new();
    private static readonly byte[] Buffer = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);
    private static string? _lastWords;
    private static int _kept;

    internal static void Capture() => LibbpfMethods.libbpf_set_print(&Print);

    internal static string? TakeLastWords()
    {
        lock (Gate)
        {
            var words = _lastWords;
            _lastWords = null;
            _kept = 0;
            return words;
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
                    var length = LibbpfMethods.vsnprintf(buffer, BufferBytes, format, arguments);
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
    /// libbpf warns from the particular to the general: the first two warnings name the program and the
    /// verifier's verdict, those that follow only say that the load failed.
    /// </summary>
    private static void Remember(string message)
    {
        const int Particular = 2;
        if (_kept >= Particular || message.Contains(MemlockAdvice, StringComparison.Ordinal)
            || Verdict(message) is not { } line)
            return;
        _lastWords = _lastWords is null ? line : $"{_lastWords}; {line}";
        _kept++;
    }

    /// <summary>Of a verifier log the line before its statistics, of anything else the last line.</summary>
    private static string? Verdict(string message)
    {
        var lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        for (var i = lines.Length - 1; i >= 0; i--)
        {
            if (!lines[i].StartsWith("processed ", StringComparison.Ordinal)
                && !lines[i].Contains("-- ", StringComparison.Ordinal))
                return lines[i].StartsWith("libbpf: ", StringComparison.Ordinal) ? lines[i][8..] : lines[i];
        }
        return null;
    }
}
