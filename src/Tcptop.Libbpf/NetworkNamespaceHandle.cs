using Microsoft.Win32.SafeHandles;

namespace Tcptop.Libbpf;

/// <summary>A network namespace, held open by a file under /proc or /run/netns.</summary>
public sealed class NetworkNamespaceHandle : IDisposable
{
    private const int CloneNewNet = 0x40000000;

    private readonly SafeFileHandle _file;

    private NetworkNamespaceHandle(SafeFileHandle file) => _file = file;

    /// <summary>Null when it is gone or may not be opened.</summary>
    public static NetworkNamespaceHandle? TryOpen(string path)
    {
        try
        {
            return new NetworkNamespaceHandle(File.OpenHandle(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// Moves the calling thread, and it alone, into the namespace. False when refused. Only for threads of one's own: the thread pool's must stay.
    /// </summary>
    public bool TryEnter() => NativeMethods.setns((int)_file.DangerousGetHandle(), CloneNewNet) == 0;

    public void Dispose() => _file.Dispose();
}
