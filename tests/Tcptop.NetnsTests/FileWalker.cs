using Tcptop.Collectors.Ebpf;
using Tcptop.Collectors.Libbpf;
using Tcptop.Testing;
using Xunit;

namespace Tcptop.NetnsTests;

/// <summary>
/// Another program that walks all open files of the host, as bpftool does and a second tcptop: this process,
/// on a thread of its own, without a pause.
/// </summary>
internal sealed class FileWalker : IDisposable
{
    private const string ObjectName = "walker";
    private const string Walk = "tcptop_owners";

    private readonly Thread _thread;
    private volatile bool _isStopping;
    private Exception? _failure;
    private int _walks;

    public FileWalker()
    {
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
        Eventually.True(() => Walks > 0, "the files are walked over", () => $"{_failure}");
    }

    /// <summary>How often it has been through.</summary>
    public int Walks => Volatile.Read(ref _walks);

    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        Assert.Null(_failure);
    }

    private static BpfObject Load()
    {
        using var stream =
            (UnmanagedMemoryStream)typeof(EbpfCollector).Assembly.GetManifestResourceStream("tcptop.bpf.o")!;
        var programs = BpfObject.Open(ImageOf(stream), ObjectName);
        try
        {
            programs.LeaveOutAllBut([Walk]);
            programs.Load();
            return programs;
        }
        catch
        {
            programs.Dispose();
            throw;
        }
    }

    private static unsafe ReadOnlySpan<byte> ImageOf(UnmanagedMemoryStream stream) =>
        new(stream.PositionPointer, (int)stream.Length);

    private void Run()
    {
        try
        {
            using var programs = Load();
            using var link = programs.Program(Walk).AttachIterator();
            for (; !_isStopping; Interlocked.Increment(ref _walks))
                link.Walk();
        }
        catch (Exception exception)
        {
            _failure = exception;
        }
    }
}
