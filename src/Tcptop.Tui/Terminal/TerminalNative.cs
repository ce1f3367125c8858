using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tcptop.Tui.Terminal;

/// <summary>
/// The C library's calls for terminals. Descriptors are plain numbers: 0 and 1 are not ours to close.
/// </summary>
internal static partial class TerminalNative
{
    public const int StandardInput = 0;
    public const int StandardOutput = 1;

    public const int Interrupted = 4;
    public const int TryAgain = 11;

    public const int OpenReadOnly = 0;
    public const int OpenWriteOnly = 1;
    public const int OpenNoControllingTerminal = 0x100;
    public const int OpenNonBlocking = 0x800;
    public const int OpenCloseOnExec = 0x8_0000;

    public const short PollIn = 1;
    public const short PollOut = 4;

    /// <summary>TCSANOW: does not wait for output to drain, which on a stalled terminal would be forever.</summary>
    public const int SetNow = 0;

    public const nuint GetWindowSize = 0x5413;

    /// <summary>SIGTSTP.</summary>
    public const int StopSignal = 20;

    /// <summary>In place of a process id: every process of our group.</summary>
    public const int OwnGroup = 0;

    /// <summary>
    /// Its layout is the C library's business: it is only read, made raw and written back. Real ones are 60
    /// bytes.
    /// </summary>
    [InlineArray(128)]
    public struct Termios
    {
        private byte _first;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct WindowSize
    {
        public ushort Rows;
        public ushort ColumnCount;
        public ushort PixelWidth;
        public ushort PixelHeight;
    }

    /// <summary>A negative descriptor is passed over.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Ready;
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetAttributes(int descriptor, out Termios attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetAttributes(int descriptor, int when, in Termios attributes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw(ref Termios attributes);

    [LibraryImport("libc", EntryPoint = "tcgetpgrp", SetLastError = true)]
    public static partial int GetForegroundGroup(int descriptor);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    public static partial int GetOwnGroup();

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int GetSize(int descriptor, nuint request, out WindowSize size);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, Span<byte> buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ReadOnlySpan<byte> bytes, nuint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(Span<PollEntry> entries, nuint count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Signal(int process, int signal);
}
