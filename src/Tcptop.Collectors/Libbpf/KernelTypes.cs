using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tcptop.Collectors.Libbpf;

/// <summary>
/// What the running kernel's type information (BTF) says of the names that were asked for: whether it has
/// them, and the ids of functions. A structure's member is asked for as "structure.member". Read in passing,
/// with a small buffer: libbpf's reader copies five megabytes twice, which costs ten times as long.
/// </summary>
public sealed class KernelTypes
{
    private const ushort Magic = 0xEB9F;
    private const int HeaderBytes = 24;
    private const int TypeBytes = 12;
    private const int MemberBytes = 12;
    private const int BufferBytes = 64 * 1024;
    private const int LongestName = 512; // KSYM_NAME_LEN

    private const int KindInt = 1;
    private const int KindArray = 3;
    private const int KindStruct = 4;
    private const int KindUnion = 5;
    private const int KindEnum = 6;
    private const int KindFunction = 12;
    private const int KindFunctionPrototype = 13;
    private const int KindVariable = 14;
    private const int KindDataSection = 15;
    private const int KindDeclTag = 17;
    private const int KindEnum64 = 19;

    private readonly HashSet<string> _found = new(StringComparer.Ordinal);
    private readonly Dictionary<string, uint> _functions = new(StringComparer.Ordinal);
    private readonly SafeFileHandle _file;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private long _bufferAt;
    private int _buffered;

    private KernelTypes(SafeFileHandle file) => _file = file;

    /// <summary>Null when the kernel has none, or none that may be read.</summary>
    public static KernelTypes? TryRead(IReadOnlyCollection<string> names) => TryRead(KernelTypeFile.TryOpen(), names);

    internal static KernelTypes? TryRead(string path, IReadOnlyCollection<string> names) =>
        TryRead(KernelTypeFile.TryOpen(path), names);

    private static KernelTypes? TryRead(SafeFileHandle? opened, IReadOnlyCollection<string> names)
    {
        using var file = opened;
        if (file is null)
            return null;
        try
        {
            var types = new KernelTypes(file);
            return types.Read(names) ? types : null;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether any type, function or variable, or a structure's member, has this name, one of those asked
    /// for.
    /// </summary>
    public bool Has(string name) => _found.Contains(name);

    /// <summary>The type id of a function, to attach to; null when there is none.</summary>
    public uint? FunctionId(string name) => _functions.TryGetValue(name, out var id) ? id : null;

    private bool Read(IReadOnlyCollection<string> names)
    {
        var header = Peek(0, HeaderBytes);
        if (header.Length < HeaderBytes || BinaryPrimitives.ReadUInt16LittleEndian(header) != Magic)
            return false;
        var headerBytes = Word(header, 4);
        var types = headerBytes + Word(header, 8);
        var typesEnd = types + Word(header, 12);
        var strings = headerBytes + Word(header, 16);
        var stringsEnd = strings + Word(header, 20);
        var parts = names.SelectMany(name => name.Split('.')).ToHashSet(StringComparer.Ordinal);
        FindTypes(types, typesEnd, FindNames(parts, strings, stringsEnd));
        return true;
    }

    /// <summary>Where in the section of strings each name stands.</summary>
    private Dictionary<uint, string> FindNames(IReadOnlyCollection<string> names, long start, long end)
    {
        var wanted = new Dictionary<int, List<(byte[] Bytes, string Name)>>();
        foreach (var name in names)
        {
            if (!wanted.TryGetValue(name.Length, out var sameLength))
                wanted[name.Length] = sameLength = [];
            sameLength.Add((Encoding.ASCII.GetBytes(name), name));
        }
        var offsets = new Dictionary<uint, string>();
        for (var at = start; at < end;)
        {
            var text = Peek(at, LongestName);
            var length = text.IndexOf((byte)0);
            if (length < 0)
                break;
            if (wanted.TryGetValue(length, out var candidates))
            {
                foreach (var (bytes, name) in candidates)
                {
                    if (text[..length].SequenceEqual(bytes))
                        offsets[(uint)(at - start)] = name;
                }
            }
            at += length + 1;
        }
        return offsets;
    }

    private void FindTypes(long start, long end, Dictionary<uint, string> names)
    {
        var at = start;
        for (uint id = 1; at < end; id++)
        {
            var type = Peek(at, TypeBytes);
            if (type.Length < TypeBytes)
                return;
            var info = Word(type, 4);
            var kind = (int)(info >> 24 & 0x1F);
            if (names.TryGetValue(Word(type, 0), out var name))
            {
                _found.Add(name);
                if (kind == KindFunction)
                    _functions.TryAdd(name, id);
                if (kind == KindStruct)
                    FindMembers(name, at + TypeBytes, (int)(info & 0xFFFF), names);
            }
            at += TypeBytes + BytesAfter(kind, (int)(info & 0xFFFF));
        }
    }

    /// <summary>Those of the structure itself: members of a nameless union in it are not its own here.</summary>
    private void FindMembers(string structure, long at, int count, Dictionary<uint, string> names)
    {
        for (var end = at + (long)count * MemberBytes; at < end; at += MemberBytes)
        {
            var member = Peek(at, MemberBytes);
            if (member.Length < MemberBytes)
                return;
            if (names.TryGetValue(Word(member, 0), out var name))
                _found.Add($"{structure}.{name}");
        }
    }

    private static int BytesAfter(int kind, int members) => kind switch
    {
        KindInt or KindVariable or KindDeclTag => 4,
        KindArray => 12,
        KindStruct or KindUnion or KindDataSection or KindEnum64 => MemberBytes * members,
        KindEnum or KindFunctionPrototype => 8 * members,
        _ => 0,
    };

    private static uint Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    /// <summary>What stands at this place of the file: so many bytes, more, or up to its end.</summary>
    private ReadOnlySpan<byte> Peek(long at, int count)
    {
        if (at < _bufferAt || at + count > _bufferAt + _buffered)
        {
            _bufferAt = at;
            _buffered = 0;
            // sysfs gives what it likes per call.
            while (_buffered < count
                && RandomAccess.Read(_file, _buffer.AsSpan(_buffered), at + _buffered) is > 0 and var read)
                _buffered += read;
        }
        return _buffer.AsSpan((int)(at - _bufferAt), (int)(_bufferAt + _buffered - at));
    }
}
