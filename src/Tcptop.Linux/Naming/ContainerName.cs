using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tcptop.Linux.Naming;

/// <summary>
/// What a cgroup path tells of the container or unit that it belongs to. The runtimes agree on nothing, so
/// each has its rule; the innermost container wins, and only where there is none, the innermost unit.
/// </summary>
internal static class ContainerName
{
    private const int IdDigits = 64;
    private const int ShownDigits = 12;

    /// <summary>NAME_MAX: the kernel makes no longer one.</summary>
    private const int LongestSegment = 255;

    private const string Scope = ".scope";
    private const string Service = ".service";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> UidCharacters = SearchValues.Create("0123456789abcdef-_");
    private static readonly string[] UnitTypes = [Service, Scope, ".socket", ".mount"];

    /// <summary>What runtimes write before an id, and what people call the runtime.</summary>
    private static readonly (string Prefix, string Runtime)[] Runtimes =
    [
        ("docker-", "docker"),
        ("libpod-", "podman"),
        ("cri-containerd-", "containerd"),
        ("crio-", "crio"),
        ("nerdctl-", "nerdctl"),
    ];

    /// <summary>
    /// The processes that watch a container, one each, in a scope that is neither the container nor a unit
    /// that anybody made.
    /// </summary>
    private static readonly string[] Monitors = ["libpod-conmon-", "crio-conmon-"];

    /// <summary>Null when the path tells of none: the root, a slice, the first process.</summary>
    public static string? From(string? cgroupPath)
    {
        if (cgroupPath is not ['/', ..])
            return null;
        string? unit = null;
        for (var rest = cgroupPath.AsSpan(); !rest.IsEmpty;)
        {
            var segment = LastSegment(rest);
            rest = rest[..^segment.Length].TrimEnd('/');
            if (!IsPlain(segment))
                continue;
            if (Container(segment, LastSegment(rest)) is { } container)
                return container;
            unit ??= Unit(segment);
        }
        return unit;
    }

    private static string? Container(ReadOnlySpan<char> segment, ReadOnlySpan<char> parent) =>
        WithId(segment, parent) ?? Lxc(segment, parent) ?? Machine(segment, parent);

    /// <summary>Containers that have an id of 64 digits, in a pod if the cgroup above is one.</summary>
    private static string? WithId(ReadOnlySpan<char> segment, ReadOnlySpan<char> parent)
    {
        var name = segment.EndsWith(Scope, StringComparison.Ordinal) ? segment[..^Scope.Length] : segment;
        // Of containerd that is told the systemd driver's path and uses the other driver: SLICE:cri-containerd:ID.
        if (name.IndexOf(':') is > 0 and var colon)
        {
            parent = name[..colon];
            name = name[(name.LastIndexOf(':') + 1)..];
        }
        var runtime = "container";
        foreach (var (prefix, called) in Runtimes)
        {
            if (!name.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            runtime = called;
            name = name[prefix.Length..];
            break;
        }
        if (name.Length != IdDigits || name.ContainsAnyExcept(HexDigits))
            return null;
        var id = name[..ShownDigits];
        if (PodUid(parent) is { } pod)
            return $"k8s:{pod}/{id}";
        return parent is "docker" ? $"docker:{id}" : $"{runtime}:{id}";
    }

    /// <summary>Of <c>kubepods-burstable-podUID.slice</c>, where dashes are underscores, or <c>podUID</c>.</summary>
    private static string? PodUid(ReadOnlySpan<char> segment)
    {
        const string Mark = "pod";
        const string Slice = ".slice";
        const int UidLength = 36;
        const int StaticPodLength = 32; // of a static pod it is a hash
        var name = segment.EndsWith(Slice, StringComparison.Ordinal) ? segment[..^Slice.Length] : segment;
        var mark = name.LastIndexOf(Mark);
        if (mark < 0 || (mark > 0 && name[mark - 1] != '-'))
            return null;
        var uid = name[(mark + Mark.Length)..];
        var isUid = uid.Length is UidLength or StaticPodLength && !uid.ContainsAnyExcept(UidCharacters);
        return isUid ? uid.ToString().Replace('_', '-') : null;
    }

    private static string? Lxc(ReadOnlySpan<char> segment, ReadOnlySpan<char> parent)
    {
        const string Payload = "lxc.payload";
        if (parent is "lxc" or Payload)
            return $"lxc:{segment}";
        var name = Between(segment, Payload + ".", "");
        return name.IsEmpty ? null : $"lxc:{name}";
    }

    private static string? Machine(ReadOnlySpan<char> segment, ReadOnlySpan<char> parent)
    {
        if (parent is not "machine.slice")
            return null;
        var name = Between(segment, "machine-", Scope);
        if (name.IsEmpty)
            name = Between(segment, "systemd-nspawn@", Service);
        return name.IsEmpty ? null : $"machine:{Unescape(name)}";
    }

    private static string? Unit(ReadOnlySpan<char> segment)
    {
        foreach (var monitor in Monitors)
        {
            if (segment.StartsWith(monitor, StringComparison.Ordinal))
                return null;
        }
        if (segment is "init.scope")
            return null;
        foreach (var type in UnitTypes)
        {
            if (segment.Length > type.Length && segment.EndsWith(type, StringComparison.Ordinal))
                return segment.ToString();
        }
        return null;
    }

    /// <summary>
    /// Takes back systemd's <c>\x2d</c>, but for what would be a control character or a path: then it stays
    /// as it is written.
    /// </summary>
    private static string Unescape(ReadOnlySpan<char> name)
    {
        var bytes = Encoding.UTF8.GetBytes(name.ToString());
        var length = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            var escape = bytes.AsSpan(at);
            if (escape is [(byte)'\\', (byte)'x', _, _, ..]
                && byte.TryParse(
                    escape[2..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var meant)
                && meant is > 0x1F and not (0x7F or (byte)'/'))
            {
                bytes[length++] = meant;
                at += 3;
            }
            else
                bytes[length++] = bytes[at];
        }
        var meantName = Encoding.UTF8.GetString(bytes.AsSpan(0, length));
        // Control characters of two bytes show only now.
        return IsPlain(meantName) ? meantName : name.ToString();
    }

    private static ReadOnlySpan<char> LastSegment(ReadOnlySpan<char> path) => path[(path.LastIndexOf('/') + 1)..];

    private static ReadOnlySpan<char> Between(ReadOnlySpan<char> text, string prefix, string suffix) =>
        text.Length > prefix.Length + suffix.Length
            && text.StartsWith(prefix, StringComparison.Ordinal)
            && text.EndsWith(suffix, StringComparison.Ordinal)
            ? text[prefix.Length..^suffix.Length]
            : [];

    /// <summary>
    /// Who may make cgroups may call them anything: a name that is not plain text is passed over, and the one
    /// above it holds.
    /// </summary>
    private static bool IsPlain(ReadOnlySpan<char> segment)
    {
        if (segment.Length is 0 or > LongestSegment)
            return false;
        foreach (var c in segment)
        {
            if (char.IsControl(c))
                return false;
        }
        return true;
    }
}
