using System.Runtime.InteropServices;

namespace Tcptop.Native;

/// <summary>
/// The program's own system calls, for what it writes: see <see cref="StandardStreams"/> for why not .NET's.
/// </summary>
internal static unsafe partial class NativeMethods
{
    internal const int NoEntry = 2;
    internal const int Interrupted = 4;
    internal const int TryAgain = 11;
    internal const int NoMemory = 12;
    internal const int NotPermitted = 1;
    internal const int AccessDenied = 13;
    internal const int Exists = 17;
    internal const int BrokenPipe = 32;

    internal const short Writable = 4; // POLLOUT
    internal const short Error = 8; // POLLERR

    internal const int WriteOnly = 0x1;
    internal const int ReadOnly = 0;
    internal const int Create = 0x40;
    internal const int Exclusive = 0x80;
    internal const int Append = 0x400;
    internal const int Truncate = 0x200;
    internal const int NonBlocking = 0x800;
    internal const int CloseOnExec = 0x80000;
    internal const int PathOnly = 0x200000; // O_PATH

    internal const int CurrentDirectory = -100; // AT_FDCWD

    internal const int BlockSignals = 0; // SIG_BLOCK
    internal const int SignalSetWords = 16; // sigset_t of glibc and musl

    internal const nint DefaultAction = 0; // SIG_DFL

    internal const int GetDescriptorFlags = 1; // F_GETFD

    internal const int SetDescriptionLock = 37; // F_OFD_SETLK
    internal const short WriteLock = 1; // F_WRLCK
    internal const short Unlock = 2; // F_UNLCK

    internal const int SeekCurrent = 1;
    internal const int SeekEnd = 2;

    internal const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    internal const uint WantTypeLinksAndSize = 0x1 | 0x4 | 0x200; // STATX_TYPE, STATX_NLINK, STATX_SIZE
    internal const uint WantAll = 0x7FF; // STATX_BASIC_STATS
    internal const ushort WritableByGroup = 0x10; // 0020
    internal const ushort WritableByAll = 0x2; // 0002
    internal const ushort OnlyOwnersRename = 0x200; // S_ISVTX
    internal const ushort FileTypeBits = 0xF000; // S_IFMT
    internal const ushort RegularFile = 0x8000; // S_IFREG
    internal const ushort SymbolicLink = 0xA000; // S_IFLNK

    /// <summary>These two have other numbers on arm64.</summary>
    internal static readonly int DirectoryOnly = IsArm64 ? 0x4000 : 0x10000; // O_DIRECTORY
    internal static readonly int NoFollow = IsArm64 ? 0x8000 : 0x20000; // O_NOFOLLOW

    private static bool IsArm64 => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollFd
    {
        public int Fd;
        public short Events;
        public short ReturnedEvents;
    }

    /// <summary><c>struct statx</c>, the same on every architecture, as far as it is read here.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct FileStatus
    {
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(20)]
        public uint Uid;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(136)]
        public ulong Device; // major and minor number

        public readonly ushort Type => (ushort)(Mode & FileTypeBits);

        /// <summary>What cannot be asked is nobody's, no file, and to be changed by all.</summary>
        public static FileStatus Of(int fd)
        {
            FileStatus status;
            return statx(fd, "", EmptyPath, WantAll, &status) == 0
                ? status
                : new FileStatus { Uid = uint.MaxValue, Mode = WritableByAll };
        }
    }

    /// <summary><c>struct statfs</c> of 64-bit hosts, as far as it is read here.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct FileSystemStatus
    {
        [FieldOffset(0)]
        public long Type;
    }

    /// <summary>Of the calling thread. <paramref name="set"/> has 1,024 bits, signal 1 in the lowest.</summary>
    [LibraryImport("libc")]
    internal static partial int pthread_sigmask(int how, ulong* set, ulong* former);

    [LibraryImport("libc")]
    internal static partial nint signal(int signal, nint action);

    [LibraryImport("libc")]
    internal static partial int kill(int process, int signal);

    /// <summary><c>struct flock</c> of 64-bit hosts; zeros mean the whole file.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct FileLock
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int Process;
    }

    /// <summary>The head of glibc's <c>struct tm</c>, which has 56 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    internal struct BrokenDownTime
    {
        [FieldOffset(40)]
        public long SecondsAheadOfUtc;
    }

    [LibraryImport("libc")]
    internal static partial void tzset();

    [LibraryImport("libc")]
    internal static partial void* localtime_r(long* time, BrokenDownTime* local);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint pread(int fd, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fstatfs(int fd, FileSystemStatus* status);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int poll(PollFd* fds, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc")]
    internal static partial int isatty(int fd);

    [LibraryImport("libc")]
    internal static partial void _exit(int code);

    [LibraryImport("libc")]
    internal static partial int fcntl(int fd, int command);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(int fd, int command, FileLock* fileLock);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom,
        StringMarshallingCustomType = typeof(PathMarshaller))]
    internal static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom,
        StringMarshallingCustomType = typeof(PathMarshaller))]
    internal static partial int openat(int directory, string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom,
        StringMarshallingCustomType = typeof(PathMarshaller))]
    internal static partial nint readlinkat(int directory, string path, byte* text, nuint size);

    [LibraryImport("libc")]
    internal static partial uint geteuid();

    [LibraryImport("libc", SetLastError = true)]
    internal static partial long lseek(int fd, long offset, int whence);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ftruncate(int fd, long length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Custom,
        StringMarshallingCustomType = typeof(PathMarshaller))]
    internal static partial int statx(int fd, string path, int flags, uint mask, FileStatus* status);
}
