using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Tcptop.Testing;

/// <summary>What of ours is in the kernel, asked of the kernel itself: programs, maps and links.</summary>
public static unsafe partial class KernelInventory
{
    private const string OurPrefix = "tcptop";
    private const string Program = "program";
    private const string Map = "map";
    private const int InfoBytes = 256;
    private const int ProgramNameOffset = 64; // struct bpf_prog_info.name
    private const int MapNameOffset = 24; // struct bpf_map_info.name
    private const int NameBytes = 16;

    public static IReadOnlyList<string> Ours() => [.. Find().Select(found => $"{found.Kind} {found.Name}")];

    /// <summary>What of ours no process has open: left by one that has ended, also while other tcptops run.</summary>
    public static IReadOnlyList<string> Orphans()
    {
        var there = Find();
        var open = OpenSomewhere();
        var left = there.Where(found => !open.Contains((found.Kind, found.Id)));
        return [.. left.Select(found => $"{found.Kind} {found.Name}")];
    }

    public static void WaitUntilNothingIsLeft(string promise = "nothing of ours is left") =>
        Eventually.True(() => Orphans().Count == 0, promise, () => string.Join(", ", Orphans()));

    private static List<(string Kind, uint Id, string Name)> Find()
    {
        var found = new List<(string Kind, uint Id, string Name)>();
        for (uint id = 0; bpf_prog_get_next_id(id, &id) == 0;)
            AddIfOurs(found, Program, id, bpf_prog_get_fd_by_id(id), ProgramNameOffset);
        for (uint id = 0; bpf_map_get_next_id(id, &id) == 0;)
            AddIfOurs(found, Map, id, bpf_map_get_fd_by_id(id), MapNameOffset);
        return found;
    }

    private static HashSet<(string Kind, uint Id)> OpenSomewhere()
    {
        var open = new HashSet<(string Kind, uint Id)>();
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[^1])))
        {
            try
            {
                foreach (var file in Directory.EnumerateFiles(process + "/fdinfo"))
                    AddIfOpen(open, file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile.
            }
        }
        return open;
    }

    private static void AddIfOpen(HashSet<(string Kind, uint Id)> open, string file)
    {
        try
        {
            foreach (var line in File.ReadLines(file))
            {
                if (line.StartsWith("prog_id:", StringComparison.Ordinal))
                    open.Add((Program, uint.Parse(line["prog_id:".Length..].Trim(), CultureInfo.InvariantCulture)));
                if (line.StartsWith("map_id:", StringComparison.Ordinal))
                    open.Add((Map, uint.Parse(line["map_id:".Length..].Trim(), CultureInfo.InvariantCulture)));
            }
        }
        catch (IOException)
        {
            // Closed meanwhile.
        }
    }

    private static void AddIfOurs(
        List<(string Kind, uint Id, string Name)> found, string kind, uint id, int fd, int nameOffset)
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
                found.Add((kind, id, name));
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
