using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tcptop.Collectors.Libbpf;

/// <summary>
/// The running kernel's type information (BTF), some six megabytes, read once: whether it has the names that were asked
/// for, ids of types and functions, and the part of it that a program needs. A structure's member is asked for as
/// "structure.member".
/// </summary>
public sealed unsafe class KernelTypes : IDisposable
{
    /// <summary>Ten times what kernels have.</summary>
    private const long MostBytes = 64 << 20;

    private readonly HashSet<string> _found = new(StringComparer.Ordinal);
    private readonly Dictionary<string, uint> _functions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, uint> _structures = new(StringComparer.Ordinal);

    /// <summary>Not the runtime's memory: that it would keep.</summary>
    private byte* _bytes;
    private int _length;

    private KernelTypes()
    {
    }

    /// <summary>Null when the kernel has none, or none that may be read.</summary>
    public static KernelTypes? TryRead(IReadOnlyCollection<string> names) => TryRead(KernelTypeFile.TryOpen(), names);

    internal static KernelTypes? TryRead(string path, IReadOnlyCollection<string> names) =>
        TryRead(KernelTypeFile.TryOpen(path), names);

    private static KernelTypes? TryRead(SafeFileHandle? opened, IReadOnlyCollection<string> names)
    {
        using var file = opened;
        if (file is null)
            return null;
        var types = new KernelTypes();
        try
        {
            if (types.TryFill(file) && BtfImage.TryRead(types.Image, out var image))
            {
                types.Find(image, names);
                return types;
            }
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
        }
        types.Dispose();
        return null;
    }

    /// <summary>
    /// Whether any type, function or variable, or a structure's member, has this name, one of those asked
    /// for.
    /// </summary>
    public bool Has(string name) => _found.Contains(name);

    /// <summary>The type id of a function, to attach to; null when there is none.</summary>
    public uint? FunctionId(string name) => _functions.TryGetValue(name, out var id) ? id : null;

    /// <summary>The type id of a structure, one of those asked for; null when there is none.</summary>
    public uint? StructureId(string name) => _structures.TryGetValue(name, out var id) ? id : null;

    /// <summary>See <see cref="TypeExcerpt"/>.</summary>
    /// <param name="names">Of types.</param>
    internal byte[] Excerpt(IReadOnlyCollection<string> names) =>
        BtfImage.TryRead(Image, out var image) ? TypeExcerpt.Of(image, FindNames(image, names).Keys) : [];

    public void Dispose()
    {
        NativeMemory.Free(_bytes);
        _bytes = null;
        _length = 0;
    }

    private ReadOnlySpan<byte> Image => new(_bytes, _length);

    private bool TryFill(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        if (length is 0 or > MostBytes)
            return false;
        _bytes = (byte*)NativeMemory.Alloc((nuint)length);
        // sysfs gives what it likes per call.
        var room = new Span<byte>(_bytes, (int)length);
        while (_length < length && RandomAccess.Read(file, room[_length..], _length) is > 0 and var read)
            _length += read;
        return true;
    }

    private void Find(BtfImage image, IReadOnlyCollection<string> names)
    {
        var parts = FindNames(image, names.SelectMany(name => name.Split('.')).ToHashSet(StringComparer.Ordinal));
        var at = 0;
        for (uint id = 1; image.TryType(at, out var type); id++, at += type.Bytes)
        {
            if (!parts.TryGetValue(type.NameAt, out var name))
                continue;
            _found.Add(name);
            if (type.Kind == BtfKind.Function)
                _functions.TryAdd(name, id);
            if (type.Kind != BtfKind.Struct)
                continue;
            _structures.TryAdd(name, id);
            FindMembers(name, type, parts);
        }
    }

    /// <summary>Those of the structure itself: members of a nameless union in it are not its own here.</summary>
    private void FindMembers(string structure, BtfType type, Dictionary<uint, string> names)
    {
        for (var at = BtfType.HeadBytes; at < type.Bytes; at += BtfType.MemberBytes)
        {
            if (names.TryGetValue(BtfImage.Word(type.Whole, at), out var name))
                _found.Add($"{structure}.{name}");
        }
    }

    /// <summary>Where each name stands.</summary>
    private static Dictionary<uint, string> FindNames(BtfImage image, IReadOnlyCollection<string> names)
    {
        // By their lengths: most of the kernel's names have none of these.
        var longest = names.Count == 0 ? 0 : names.Max(static name => name.Length);
        var wanted = new (byte[] Bytes, string Name)[]?[longest + 1];
        foreach (var same in names.GroupBy(static name => name.Length))
            wanted[same.Key] = [.. same.Select(static name => (Encoding.ASCII.GetBytes(name), name))];
        var places = new Dictionary<uint, string>();
        for (var at = 0; at < image.Names.Length;)
        {
            var text = image.Names[at..];
            var length = text.IndexOf((byte)0);
            if (length < 0)
                break;
            if (length < wanted.Length && wanted[length] is { } candidates)
            {
                foreach (var (bytes, name) in candidates)
                {
                    if (text[..length].SequenceEqual(bytes))
                        places[(uint)at] = name;
                }
            }
            at += length + 1;
        }
        return places;
    }
}
