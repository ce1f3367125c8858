using System.Runtime.InteropServices;
using System.Text;

namespace Tcptop.Testing;

/// <summary>What of ours is in the kernel, asked of the kernel itself: programs, maps and links.</summary>
public static unsafe partial class KernelInventory
{
    private const string OurPrefix = "tcptop";
    private const int InfoBytes = 256;
    private const int ProgramNameOffset = 64; // struct bpf_prog_info.name
    private const int MapNameOffset = 24; // struct bpf_map_info.name
    private const int NameBytes = 16;

    public static IReadOnlyList<string> Ours()
    {
        var found = new List<string>();
        for (uint id = 0; bpf_prog_get_next_id(id, &id) == 0;)
            AddIfOurs(found, "program", bpf_prog_get_fd_by_id(id), ProgramNameOffset);
        for (uint id = 0; bpf_map_get_next_id(id, &id) == 0;)
            AddIfOurs(found, "map", bpf_map_get_fd_by_id(id), MapNameOffset);
        return found;
    }

    private static void AddIfOurs(List<string> found, string kind, int fd, int nameOffset)
    {
        if (fd < 0)
            return;
        var info = stackalloc byte[InfoBytes];
        new Span<byte>(info, InfoBytes).Clear();
        uint length = InfoBytes;
        if (bpf_obj_get_info_by_fd(fd, info, &length) == 0)
        {
            var name = Encoding.ASCII.GetString(info + nameOffset, NameBytes).TrimEnd('\0');
            if (name.StartsWith(OurPrefix, StringComparison.Ordinal))
                found.Add($"{kind} {name}");
        }
        _ = close(fd);
    }

    [LibraryImport("libbpf.so.1")]
    private static partial int bpf_prog_get_next_id(uint start, uint* next);

    [LibraryImport("libbpf.so.1")]
    private static partial int bpf_map_get_next_id(uint start, uint* next);

    [LibraryImport("libbpf.so.1")]
    private static partial int bpf_prog_get_fd_by_id(uint id);

    [LibraryImport("libbpf.so.1")]
    private static partial int bpf_map_get_fd_by_id(uint id);

    [LibraryImport("libbpf.so.1")]
    private static partial int bpf_obj_get_info_by_fd(int fd, void* info, uint* length);

    [LibraryImport("libc")]
    private static partial int close(int fd);
}
