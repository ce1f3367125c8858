using System.Runtime.InteropServices;
using System.Text;
using Tcptop.Tui.Terminal;
using Xunit;

namespace Tcptop.UnitTests.Tui;

/// <summary>
/// A terminal of the kernel's, the test being the person before it. Not the one that controls this process.
/// </summary>
internal sealed partial class PseudoTerminal : IDisposable
{
    private const int TimeoutMs = 10_000;
    private const int OpenReadWrite = 2;
    private const nuint SetWindowSize = 0x5414;

    private readonly StringBuilder _output = new();
    private int _master;

    public PseudoTerminal(int width, int height)
    {
        _master = OpenMaster(OpenReadWrite | TerminalNative.OpenNoControllingTerminal | TerminalNative.OpenCloseOnExec);
        Assert.True(_master >= 0, "no pseudo-terminal to be had");
        Assert.Equal(0, Grant(_master));
        Assert.Equal(0, Unlock(_master));
        Span<byte> name = stackalloc byte[64];
        Assert.Equal(0, NameOfSlave(_master, name, (nuint)name.Length));
        var path = Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]);
        Slave = TerminalNative.Open(
            path, OpenReadWrite | TerminalNative.OpenNoControllingTerminal | TerminalNative.OpenCloseOnExec);
        Assert.True(Slave >= 0);
        Resize(width, height);
    }

    /// <summary>What a program has as its standard input and output.</summary>
    public int Slave { get; }

    /// <summary>All that was read so far.</summary>
    public string Output => _output.ToString();

    public byte[] Modes
    {
        get
        {
            Assert.Equal(0, TerminalNative.GetAttributes(Slave, out var modes));
            return ((ReadOnlySpan<byte>)modes).ToArray();
        }
    }

    public void Resize(int width, int height)
    {
        // struct winsize: rows, columns, and the same in pixels.
        Assert.Equal(0, SetSize(_master, SetWindowSize, [(ushort)height, (ushort)width, 0, 0]));
    }

    public void Type(ReadOnlySpan<byte> keys) =>
        Assert.Equal(keys.Length, TerminalNative.Write(_master, keys, (nuint)keys.Length));

    /// <summary>Reads until the output has this in it.</summary>
    public void ReadUntil(string text)
    {
        Span<byte> bytes = stackalloc byte[4096];
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            Span<TerminalNative.PollEntry> entry = [new() { Descriptor = _master, Wanted = TerminalNative.PollIn }];
            Assert.True(TerminalNative.Poll(entry, 1, TimeoutMs) > 0, $"'{text}' did not come; there is: {Output}");
            var read = (int)TerminalNative.Read(_master, bytes, (nuint)bytes.Length);
            Assert.True(read > 0);
            _output.Append(Encoding.Latin1.GetString(bytes[..read]));
        }
    }

    /// <summary>As when the window is closed or the connection lost.</summary>
    public void HangUp()
    {
        _ = TerminalNative.Close(_master);
        _master = -1;
    }

    public void Dispose()
    {
        if (_master >= 0)
            HangUp();
        _ = TerminalNative.Close(Slave);
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt")]
    private static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt")]
    private static partial int Grant(int master);

    [LibraryImport("libc", EntryPoint = "unlockpt")]
    private static partial int Unlock(int master);

    [LibraryImport("libc", EntryPoint = "ptsname_r")]
    private static partial int NameOfSlave(int master, Span<byte> name, nuint length);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int SetSize(int master, nuint request, ReadOnlySpan<ushort> size);
}
