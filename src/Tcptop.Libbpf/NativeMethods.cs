using System.Runtime.InteropServices;

namespace Tcptop.Libbpf;

/// <summary>
/// Every foreign function that the collectors need: libbpf's, and the few system calls .NET has no word for. libbpf functions that return int
/// return -errno; those that return a pointer return NULL and set errno.
/// </summary>
internal static unsafe partial class NativeMethods
{
    // StaticLibbpf.targets names these two strings: there they are linked in, elsewhere they are loaded.
    private const string Bpf = "libbpf.so.1";
    private const string C = "libc";

    /// <summary>The head of <c>struct bpf_object_open_opts</c>; libbpf takes the rest as zero.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ObjectOpenOptions
    {
        public nuint Size;
        public byte* ObjectName;
        public byte RelaxedMaps;
    }

    /// <summary><c>union bpf_iter_link_info</c>, as used for the map iterators.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 16)]
    internal struct IteratorTarget
    {
        [FieldOffset(0)]
        public uint MapFd;
    }

    /// <summary><c>struct bpf_iter_attach_opts</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct IteratorAttachOptions
    {
        public nuint Size;
        public IteratorTarget* Target;
        public uint TargetLength;
    }

    /// <summary>The head of <c>struct bpf_map_create_opts</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MapCreateOptions
    {
        public nuint Size;
        public uint BtfFd;
        public uint BtfKeyTypeId;
        public uint BtfValueTypeId;
        public uint BtfVmlinuxValueTypeId;
        public uint InnerMapFd;
        public uint MapFlags;
    }

    /// <summary>The head of <c>struct bpf_prog_load_opts</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ProgramLoadOptions
    {
        public nuint Size;
        public int Attempts;
        public int ExpectedAttachType;
        public uint ProgramBtfFd;
        public uint ProgramFlags;
        public uint ProgramIfIndex;
        public uint KernelVersion;
        public uint AttachBtfId;
    }

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

    [LibraryImport(Bpf)]
    internal static partial delegate* unmanaged[Cdecl]<int, byte*, void*, int> libbpf_set_print(delegate* unmanaged[Cdecl]<int, byte*, void*, int> print);

    [LibraryImport(Bpf)]
    internal static partial nint libbpf_version_string();

    [LibraryImport(Bpf, SetLastError = true)]
    internal static partial nint bpf_object__open_mem(byte* image, nuint imageSize, ObjectOpenOptions* options);

    [LibraryImport(Bpf)]
    internal static partial int bpf_object__load(nint bpfObject);

    [LibraryImport(Bpf)]
    internal static partial void bpf_object__close(nint bpfObject);

    [LibraryImport(Bpf, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial nint bpf_object__find_map_by_name(BpfObjectHandle bpfObject, string name);

    [LibraryImport(Bpf, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial nint bpf_object__find_program_by_name(BpfObjectHandle bpfObject, string name);

    [LibraryImport(Bpf)]
    internal static partial int bpf_map__fd(nint map);

    [LibraryImport(Bpf)]
    internal static partial uint bpf_map__value_size(nint map);

    [LibraryImport(Bpf)]
    internal static partial uint bpf_map__max_entries(nint map);

    [LibraryImport(Bpf)]
    internal static partial int bpf_map__set_max_entries(nint map, uint maxEntries);

    [LibraryImport(Bpf)]
    internal static partial int bpf_map__set_autocreate(nint map, [MarshalAs(UnmanagedType.U1)] bool autocreate);

    [LibraryImport(Bpf)]
    internal static partial byte* bpf_map__initial_value(nint map, nuint* size);

    [LibraryImport(Bpf)]
    internal static partial nint bpf_object__next_program(BpfObjectHandle bpfObject, nint previous);

    [LibraryImport(Bpf)]
    internal static partial byte* bpf_program__name(nint program);

    [LibraryImport(Bpf)]
    internal static partial int bpf_program__set_autoload(nint program, [MarshalAs(UnmanagedType.U1)] bool autoload);

    [LibraryImport(Bpf, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_program__set_attach_target(nint program, int attachedProgramFd, string function);

    /// <summary><c>struct bpf_prog_info</c>; what is not asked for is left unnamed.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 224)]
    internal struct ProgramInfo
    {
        [FieldOffset(208)]
        public ulong RecursionMisses;
    }

    [LibraryImport(Bpf)]
    internal static partial int bpf_program__fd(nint program);

    [LibraryImport(Bpf)]
    internal static partial int bpf_obj_get_info_by_fd(int fd, void* info, uint* length);

    [LibraryImport(Bpf, SetLastError = true)]
    internal static partial nint bpf_program__attach(nint program);

    [LibraryImport(Bpf, SetLastError = true)]
    internal static partial nint bpf_program__attach_iter(nint program, IteratorAttachOptions* options);

    [LibraryImport(Bpf, SetLastError = true)]
    internal static partial nint bpf_program__attach_cgroup(nint program, int cgroupFd);

    [LibraryImport(Bpf)]
    internal static partial int bpf_link__fd(BpfLinkHandle link);

    [LibraryImport(Bpf)]
    internal static partial int bpf_link__destroy(nint link);

    [LibraryImport(Bpf)]
    internal static partial int bpf_iter_create(int linkFd);

    [LibraryImport(Bpf)]
    internal static partial int bpf_map_create(uint type, byte* name, uint keySize, uint valueSize, uint maxEntries, MapCreateOptions* options);

    [LibraryImport(Bpf)]
    internal static partial int bpf_map_update_elem(int mapFd, void* key, void* value, ulong flags);

    [LibraryImport(Bpf)]
    internal static partial int bpf_map_lookup_elem(int mapFd, void* key, void* value);

    [LibraryImport(Bpf)]
    internal static partial int bpf_map_delete_elem(int mapFd, void* key);

    [LibraryImport(Bpf)]
    internal static partial int bpf_map_lookup_batch(int mapFd, void* from, void* next, void* keys, void* values, uint* count, void* options);

    [LibraryImport(Bpf, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_prog_load(
        uint type, string name, string license, void* instructions, nuint instructionCount, ProgramLoadOptions* options);

    [LibraryImport(C)]
    internal static partial int vsnprintf(byte* buffer, nuint size, byte* format, void* arguments);

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
