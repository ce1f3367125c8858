using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tcptop.Linux;
using Tcptop.Native;
using Tcptop.Outputs;

namespace Tcptop.Streams;

/// <summary>
/// Where snapshots go: a log file, or standard output. What is written goes out at once; whatever ends the
/// program, a regular file ends with a whole row.
/// </summary>
internal sealed unsafe partial class OutputFile : IDisposable
{
    /// <summary>As a shell gives with <c>&gt;</c>: the umask takes from it.</summary>
    private const uint ReadableAndWritable = 0x1B6; // 0666

    private const PosixSignal FileSizeExceeded = (PosixSignal)25; // SIGXFSZ

    private const int LogFlags =
        NativeMethods.WriteOnly | NativeMethods.Create | NativeMethods.Append | NativeMethods.CloseOnExec;

    private const int PipeBytes = 64 * 1024;

    /// <summary>For a disk that takes what is being written.</summary>
    public static readonly TimeSpan PatienceWithDisk = TimeSpan.FromSeconds(10);

    /// <summary>
    /// To the end of the process: of one that is on its way when nobody takes it any more, the runtime makes
    /// the default.
    /// </summary>
    private static PosixSignalRegistration? _fileSizeExceeded;

    private readonly string? _path;
    private readonly string _name;
    private readonly bool _isRegular;
    private readonly Lock _writing = new();

    /// <summary>Taken before <see cref="_writing"/>: a refresh is in one file.</summary>
    private readonly Lock _refresh = new();

    /// <summary>
    /// A file takes what it is given in one write, so that a death rarely tears it; a reader takes it as fast
    /// as he reads, and each piece shows that he does.
    /// </summary>
    private readonly int _pieceBytes;

    private SafeFileHandle _handle;
    private bool _hasName;
    private byte[] _beginning = [];

    /// <param name="handle">Open for writing.</param>
    /// <param name="path">Of a log; null where others opened it.</param>
    private OutputFile(SafeFileHandle handle, string? path)
    {
        _handle = handle;
        _path = path;
        _name = path is null ? "standard output" : $"log file {SingleLine.Of(path)}";
        var status = NativeMethods.FileStatus.Of(Fd);
        _isRegular = status.Type == NativeMethods.RegularFile;
        // Who hands us a file without a name (O_TMPFILE, or unlinked) has it open himself.
        _hasName = status.Links > 0;
        _pieceBytes = _isRegular ? int.MaxValue : PipeBytes;
        // Its default is death in the middle of a row; ignored, the write fails like any other.
        _fileSizeExceeded ??= PosixSignalRegistration.Create(FileSizeExceeded, static context => context.Cancel = true);
    }

    /// <summary>Names that other processes chose must not reach it raw.</summary>
    public bool IsTerminal => NativeMethods.isatty(Fd) != 0;

    /// <summary>Called when a piece has been taken.</summary>
    public Action? Progressed { get; set; }

    private bool WasCutToNothing =>
        _path is not null && _isRegular && _beginning.Length != 0 && NativeMethods.FileStatus.Of(Fd).Size == 0;

    private int Fd => (int)_handle.DangerousGetHandle();

    public static OutputFile StandardOutput() =>
        new(new SafeFileHandle(StandardStreams.OutputFd, ownsHandle: false), path: null);

    /// <summary>
    /// Takes the place of a file that is there, unless it is to go on. Opened to append in either case, so
    /// that one that is cut to nothing by others (copytruncate of logrotate) goes on at its new end, and not
    /// behind a hole.
    /// </summary>
    /// <param name="path">As the user named it.</param>
    /// <param name="goOn">Whether it does.</param>
    /// <param name="waitForOthers">In place of a short sleep.</param>
    /// <exception cref="StreamException"/>
    public static OutputFile Log(string path, bool goOn = false, Action? waitForOthers = null)
    {
        // With the rights of the user, who named it.
        EffectiveCapabilities.LowerForThisThread();
        var fd = NativeMethods.open(path, LogFlags | (goOn ? 0 : NativeMethods.Truncate), ReadableAndWritable);
        if (fd < 0)
            throw StreamException.From($"cannot open log file {SingleLine.Of(path)}", Marshal.GetLastPInvokeError());
        return new OutputFile(new SafeFileHandle(fd, ownsHandle: true), path)
        {
            _directory = FileId.OfDirectoryOf(fd),
            _file = FileId.Of(fd),
            _waitForOthers = waitForOthers ?? PauseShortly,
        };
    }

    /// <summary>
    /// Writes what every file begins with, unless this one has rows already; files that take its place begin
    /// with it, too.
    /// </summary>
    /// <exception cref="StreamException"/>
    public void Begin(ReadOnlySpan<byte> beginning, IOutput form)
    {
        lock (_writing)
        {
            _beginning = beginning.ToArray();
            if (_path is null || !_isRegular)
                Write(beginning, form);
            else if (BeginOrGoOn(Fd) is { } trouble)
                throw FailureOf(trouble);
        }
    }

    /// <summary>Until it is disposed, what is written goes to the same file.</summary>
    public Lock.Scope OneRefresh() => _refresh.EnterScope();

    /// <param name="rows">Whole rows.</param>
    /// <param name="form">Tells where rows end.</param>
    /// <exception cref="StreamException"/>
    public void Write(ReadOnlySpan<byte> rows, IOutput form)
    {
        // Where there is nothing to write, nothing would tell.
        if (rows.IsEmpty && StandardStreams.ReaderHasGone(Fd))
            throw StreamException.From($"cannot write to {_name}", NativeMethods.BrokenPipe);
        lock (_writing)
        {
            if (WasCutToNothing && BeginAgain(Fd) is not 0 and var cannot)
                throw StreamException.From($"cannot write to {_name}", cannot);
            var written = 0;
            while (written < rows.Length)
            {
                var errno = StandardStreams.WriteAll(
                    Fd, rows.Slice(written, Math.Min(rows.Length - written, _pieceBytes)), out var piece);
                written += piece;
                if (errno != 0)
                {
                    TakeBack(Fd, written - form.WholeRows(rows[..written]));
                    throw StreamException.From($"cannot write to {_name}", errno);
                }
                Progressed?.Invoke();
            }
            if (_isRegular && _hasName && NativeMethods.FileStatus.Of(Fd).Links == 0)
                throw new StreamException($"cannot write to {_name}: it has been removed");
        }
    }

    /// <summary>
    /// For the thread that ends the process while another writes: returns when that has been done, and lets
    /// nothing more be written. Only a disk is waited for, not the reader of a pipe.
    /// </summary>
    public void EndWriting(TimeSpan patience)
    {
        if (_isRegular)
            _writing.TryEnter(patience);
    }

    public void Dispose() => _handle.Dispose();

    /// <summary>Of a file that was cut to nothing: returns 0, or the error.</summary>
    private int BeginAgain(int fd)
    {
        using var alone = new HeaderLock(fd);
        return NativeMethods.FileStatus.Of(fd).Size == 0 ? WriteBeginning(fd) : 0;
    }

    /// <summary>To be called with its lock. Returns 0; or the error, and then nothing of it is left.</summary>
    private int WriteBeginning(int fd)
    {
        var errno = StandardStreams.WriteAll(fd, _beginning, out var written);
        if (errno != 0)
            TakeBack(fd, written);
        return errno;
    }

    /// <summary>
    /// Takes the torn row off the end of the file, if the file is such that it can be, and its end is what we
    /// wrote.
    /// </summary>
    private void TakeBack(int fd, int tornBytes)
    {
        if (tornBytes == 0 || !_isRegular)
            return;
        var end = NativeMethods.lseek(fd, 0, NativeMethods.SeekCurrent);
        if (end >= tornBytes && NativeMethods.lseek(fd, 0, NativeMethods.SeekEnd) == end
            && NativeMethods.ftruncate(fd, end - tornBytes) == 0)
            _ = NativeMethods.lseek(fd, 0, NativeMethods.SeekEnd);
    }
}
