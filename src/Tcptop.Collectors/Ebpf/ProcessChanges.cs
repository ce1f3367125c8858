using Microsoft.Win32.SafeHandles;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// Whether processes or threads have begun or ended: without that, sockets rarely change hands. The kernel says in
/// /proc/loadavg how many there are, and the number of the newest.
/// </summary>
internal sealed class ProcessChanges : IDisposable
{
    private const string LoadFile = "/proc/loadavg";

    // Opened once: what is mounted over /proc later is not waited for.
    private readonly SafeFileHandle? _file = Open();
    private readonly byte[] _before = new byte[32];
    private readonly byte[] _now = new byte[32];

    /// <summary>Since the last call; true where the kernel does not say.</summary>
    public bool HaveCome()
    {
        var length = Read();
        if (length == 0)
            return true;
        Array.Clear(_now, length, _now.Length - length);
        var areNew = !_now.AsSpan().SequenceEqual(_before);
        _now.CopyTo(_before, 0);
        return areNew;
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>As in <c>0.05 0.10 0.09 2/310 4711</c>: of it, the number of all and the newest.</summary>
    internal static ReadOnlySpan<byte> Processes(ReadOnlySpan<byte> load)
    {
        var slash = load.IndexOf((byte)'/');
        return slash < 0 ? [] : load[slash..];
    }

    private int Read()
    {
        if (_file is null)
            return 0;
        Span<byte> load = stackalloc byte[128];
        try
        {
            var processes = Processes(load[..RandomAccess.Read(_file, load, 0)]);
            processes = processes[..Math.Min(processes.Length, _now.Length)];
            processes.CopyTo(_now);
            return processes.Length;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static SafeFileHandle? Open()
    {
        try
        {
            return File.OpenHandle(LoadFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
