using System.Runtime.InteropServices;

namespace Tcptop.Collectors.Libbpf;

/// <summary>
/// libbpf's functions. Those that return int return -errno; those that return a pointer return NULL and set errno.
/// </summary>
internal static unsafe partial class LibbpfMethods
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
        public byte* PinRootPath;
        public nuint Unused;
        public byte* Kconfig;
        public byte* BtfCustomPath;
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

    [LibraryImport(Bpf)]
    internal static partial delegate* unmanaged[Cdecl]<int, byte*, void*, int> libbpf_set_print(
        delegate* unmanaged[Cdecl]<int, byte*, void*, int> print);

    [LibraryImport(Bpf)]
    internal static partial nint libbpf_version_string();

    [LibraryImport(Bpf, SetLastError = true)]
    internal static partial nint bpf_object__open_mem(byte* image, nuint imageSize, ObjectOpenOptions* options);

    [LibraryImport(Bpf)]
    internal static partial int bpf_object__load(nint bpfObject);

    [LibraryImport(Bpf)]
    internal static partial nint bpf_object__btf(BpfObjectHandle bpfObject);

    [LibraryImport(Bpf)]
    internal static partial byte* btf__raw_data(nint btf, uint* bytes);

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

    /// <summary><c>struct bpf_test_run_opts</c>; a program is run but for tests, too.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct RunOptions
    {
        public nuint Size;
        public void* DataIn;
        public void* DataOut;
        public uint DataInBytes;
        public uint DataOutBytes;
        public void* ContextIn;
        public void* ContextOut;
        public uint ContextInBytes;
        public uint ContextOutBytes;
        public uint ReturnValue;
        public int Repeat;
        public uint Duration;
        public uint Flags;
        public uint Cpu;
        public uint BatchSize;
    }

    [LibraryImport(Bpf)]
    internal static partial int bpf_prog_test_run_opts(int programFd, RunOptions* options);

    [LibraryImport(Bpf)]
    internal static partial int bpf_obj_get_info_by_fd(int fd, void* info, uint* length);

    [LibraryImport(Bpf, SetLastError = true)]
    internal static partial nint bpf_program__attach(nint program);

    [LibraryImport(Bpf, SetLastError = true)]
    internal static partial nint bpf_program__attach_iter(nint program, void* options);

    [LibraryImport(Bpf, SetLastError = true)]
    internal static partial nint bpf_program__attach_cgroup(nint program, int cgroupFd);

    [LibraryImport(Bpf)]
    internal static partial int bpf_link__fd(BpfLinkHandle link);

    [LibraryImport(Bpf)]
    internal static partial int bpf_link__destroy(nint link);

    [LibraryImport(Bpf)]
    internal static partial int bpf_iter_create(int linkFd);

    [LibraryImport(Bpf)]
    internal static partial int bpf_map_create(
        uint type, byte* name, uint keySize, uint valueSize, uint maxEntries, MapCreateOptions* options);

    [LibraryImport(Bpf)]
    internal static partial int bpf_map_update_elem(int mapFd, void* key, void* value, ulong flags);

    [LibraryImport(Bpf)]
    internal static partial int bpf_map_update_batch(int mapFd, void* keys, void* values, uint* count, void* options);

    [LibraryImport(Bpf)]
    internal static partial int bpf_map_lookup_elem(int mapFd, void* key, void* value);

    [LibraryImport(Bpf)]
    internal static partial int bpf_map_delete_elem(int mapFd, void* key);

    [LibraryImport(Bpf)]
    internal static partial int bpf_map_lookup_batch(
        int mapFd, void* from, void* next, void* keys, void* values, uint* count, void* options);

    [LibraryImport(Bpf, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int bpf_prog_load(
        uint type, string name, string license, void* instructions, nuint instructionCount,
        ProgramLoadOptions* options);

    [LibraryImport(C)]
    internal static partial int vsnprintf(byte* buffer, nuint size, byte* format, void* arguments);
}
