using System.Buffers.Binary;

namespace Tcptop.Collectors.Libbpf;

/// <summary>Kinds of types in BTF that are treated on their own; numbers of the kernel's <c>btf.h</c>.</summary>
internal enum BtfKind
{
    Void = 0,
    Int = 1,
    Pointer = 2,
    Array = 3,
    Struct = 4,
    Union = 5,
    Enum = 6,
    Typedef = 8,
    Volatile = 9,
    Const = 10,
    Restrict = 11,
    Function = 12,
    FunctionPrototype = 13,
    Variable = 14,
    DataSection = 15,
    Float = 16,
    DeclTag = 17,
    TypeTag = 18,
    Enum64 = 19,
}

/// <summary>
/// Type information (BTF) in memory: the types, one after the other, and the names that they refer to. Whatever the
/// bytes say, what is returned lies within them.
/// </summary>
internal readonly ref struct BtfImage
{
    public const ushort Magic = 0xEB9F;
    public const int HeaderBytes = 24;

    private BtfImage(ReadOnlySpan<byte> types, ReadOnlySpan<byte> names)
    {
        Types = types;
        Names = names;
    }

    /// <summary>Places of types count from its begin.</summary>
    public ReadOnlySpan<byte> Types { get; }

    /// <summary>Each ends in a NUL.</summary>
    public ReadOnlySpan<byte> Names { get; }

    /// <summary>False: the bytes do not begin as type information does. What is cut off is not there.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out BtfImage image)
    {
        image = default;
        if (bytes.Length < HeaderBytes || BinaryPrimitives.ReadUInt16LittleEndian(bytes) != Magic)
            return false;
        var headerBytes = Word(bytes, 4);
        image = new BtfImage(
            Part(bytes, headerBytes, Word(bytes, 8), Word(bytes, 12)),
            Part(bytes, headerBytes, Word(bytes, 16), Word(bytes, 20)));
        return true;
    }

    /// <summary>False: there is no more, or not all of it.</summary>
    public bool TryType(int at, out BtfType type)
    {
        type = default;
        if (Types.Length - at < BtfType.HeadBytes)
            return false;
        type = new BtfType(Types[at..]);
        if (type.Bytes > Types.Length - at)
            return false;
        type = new BtfType(Types.Slice(at, type.Bytes));
        return true;
    }

    /// <summary>Without its NUL; empty: none.</summary>
    public ReadOnlySpan<byte> NameAt(uint at)
    {
        if (at >= (uint)Names.Length)
            return default;
        var name = Names[(int)at..];
        var end = name.IndexOf((byte)0);
        return end < 0 ? default : name[..end];
    }

    internal static uint Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> bytes, uint headerBytes, uint offset, uint length)
    {
        var start = Math.Min((long)headerBytes + offset, bytes.Length);
        return bytes.Slice((int)start, (int)Math.Min(length, bytes.Length - start));
    }
}

/// <summary>One type: its head, and what follows it.</summary>
internal readonly ref struct BtfType(ReadOnlySpan<byte> bytes)
{
    public const int HeadBytes = 12;
    public const int MemberBytes = 12;
    private const int EnumeratorBytes = 8;

    /// <summary>Where a member, as an array does, has the type that it is of.</summary>
    public const int TypeInMember = 4;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public ReadOnlySpan<byte> Whole => _bytes;

    /// <summary>Where its name stands; 0: it has none.</summary>
    public uint NameAt => BtfImage.Word(_bytes, 0);

    public BtfKind Kind => (BtfKind)(Info >> 24 & 0x1F);

    /// <summary>Of members, enumerators or parameters.</summary>
    public int Count => (int)(Info & 0xFFFF);

    /// <summary>In bytes, its head included.</summary>
    public int Bytes => HeadBytes + Kind switch
    {
        BtfKind.Int or BtfKind.Variable or BtfKind.DeclTag => 4,
        BtfKind.Array => 12,
        BtfKind.FunctionPrototype => EnumeratorBytes * Count,
        _ => BytesOfPart * Count,
    };

    /// <summary>Parts that each begin with a name: members or enumerators; 0 bytes: it has none.</summary>
    public int BytesOfPart => Kind switch
    {
        BtfKind.Struct or BtfKind.Union or BtfKind.DataSection or BtfKind.Enum64 => MemberBytes,
        BtfKind.Enum => EnumeratorBytes,
        _ => 0,
    };

    private uint Info => BtfImage.Word(_bytes, 4);
}
