using System.Runtime.InteropServices;

namespace Tcptop.Linux;

/// <summary>The few system calls that .NET has no word for.</summary>
internal static unsafe partial class NativeMethods
{
    // StaticLibbpf.targets names it: there it is linked in, elsewhere it is loaded.
    private const string C = "libc";

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollFd
    {
        public int Fd;
        public short Events;
        public short ReturnedEvents;
    }

    /// <summary><c>struct __user_cap_header_struct</c>; pid 0 is the calling thread.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct CapabilityHeader
    {
        public uint Version;
        public int Pid;
    }

    /// <summary><c>struct __user_cap_data_struct</c>: of 32 capabilities.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct CapabilitySets
    {
        public uint Effective;
        public uint Permitted;
        public uint Inheritable;
    }

    [LibraryImport(C, SetLastError = true)]
    internal static partial nint mmap(nint address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport(C, SetLastError = true)]
    internal static partial int munmap(nint address, nuint length);

    [LibraryImport(C, SetLastError = true)]
    internal static partial nint read(int fd, byte* buffer, nuint count);

    [LibraryImport(C, SetLastError = true)]
    internal static partial nint write(int fd, byte* buffer, nuint count);

    [LibraryImport(C, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int open(string path, int flags);

    [LibraryImport(C, SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport(C, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial nint readlink(string path, byte* text, nuint size);

    [LibraryImport(C, SetLastError = true)]
    internal static partial int poll(PollFd* fds, nuint count, int timeoutMilliseconds);

    [LibraryImport(C, SetLastError = true)]
    internal static partial int eventfd(uint initial, int flags);

    [LibraryImport(C, SetLastError = true)]
    internal static partial int setns(int fd, int namespaceType);

    [LibraryImport(C, SetLastError = true)]
    internal static partial int ioctl(int fd, nuint request, nint argument);

    [LibraryImport(C, SetLastError = true)]
    internal static partial int capget(CapabilityHeader* header, CapabilitySets* sets);

    [LibraryImport(C, SetLastError = true)]
    internal static partial int capset(CapabilityHeader* header, CapabilitySets* sets);

    [LibraryImport(C)]
    internal static partial int prctl(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [LibraryImport(C)]
    internal static partial uint getuid();

    [LibraryImport(C)]
    internal static partial uint geteuid();

    [LibraryImport(C)]
    internal static partial uint getgid();

    [LibraryImport(C)]
    internal static partial uint getegid();

    /// <summary>Of five arguments at most; a call takes no notice of those that it has not.</summary>
    [LibraryImport(C, SetLastError = true)]
    internal static partial nint syscall(nint number, nint first, nint second, nint third, nint fourth, nint fifth);

    [LibraryImport(C, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int memfd_create(string name, uint flags);

    /// <param name="resource">A <c>RLIMIT_*</c>.</param>
    /// <param name="limits">Room for two: the one that holds, and the one that it may be raised to.</param>
    [LibraryImport(C, SetLastError = true)]
    internal static partial int getrlimit(int resource, ulong* limits);

    [LibraryImport(C, SetLastError = true)]
    internal static partial int unshare(int flags);

    [LibraryImport(C, SetLastError = true)]
    internal static partial int fchdir(int fd);

    [LibraryImport(C, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int chroot(string path);

    /// <summary>The head of <c>struct statfs</c>, which has 120 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct FileSystemStatus
    {
        [FieldOffset(0)]
        public nint Type;
    }

    [LibraryImport(C, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int statfs(string path, FileSystemStatus* status);

    /// <summary><c>struct timespec</c> of 64-bit hosts.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ClockTime
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [LibraryImport(C, SetLastError = true)]
    internal static partial int clock_gettime(int clock, ClockTime* time);

    [LibraryImport(C)]
    internal static partial int clock_getres(int clock, ClockTime* resolution);

    /// <summary><c>struct statx</c>, which is the same everywhere; what is not asked for is left unnamed.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct FileStatus
    {
        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }

    [LibraryImport(C, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int statx(int directoryFd, string path, int flags, uint mask, FileStatus* status);

    /// <summary><c>struct file_handle</c> with a kernfs id for its body.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct KernfsFileHandle
    {
        public uint Bytes;
        public int Type;
        public ulong Id;
    }

    [LibraryImport(C, SetLastError = true)]
    internal static partial int open_by_handle_at(SafeHandle mount, KernfsFileHandle* handle, int flags);
}
