using System.Buffers.Binary;
using System.Text;

namespace Tcptop.Testing;

/// <summary>A field of a C struct as BTF has it: offset and size in bytes.</summary>
public readonly record struct BtfField(string Name, int Offset, int Size);

/// <summary>
/// Reads the struct layouts in the .BTF section of an eBPF object: just what the layout tests ask for.
/// </summary>
public sealed class BtfReader
{
    private const int KindInt = 1;
    private const int KindPointer = 2;
    private const int KindArray = 3;
    private const int KindStruct = 4;
    private const int KindUnion = 5;
    private const int KindEnum = 6;
    private const int KindFunctionPrototype = 13;
    private const int KindVariable = 14;
    private const int KindDataSection = 15;
    private const int KindDeclTag = 17;
    private const int KindEnum64 = 19;
    private const int PointerBytes = 8;

    private readonly List<(int Kind, string Name, int Size, int Data, int Count)> _types = [(0, "void", 0, 0, 0)];
    private readonly byte[] _btf;
    private readonly int _strings;

    public BtfReader(byte[] elf)
    {
        _btf = Section(elf, ".BTF");
        var headerBytes = Int(4);
        var types = headerBytes + Int(8);
        var end = types + Int(12);
        _strings = headerBytes + Int(16);
        for (var at = types; at < end;)
            at = ReadType(at);
    }

    /// <summary>The fields of a struct in order, members of an anonymous union among them; and its size.</summary>
    public (int Size, IReadOnlyList<BtfField> Fields) Struct(string name)
    {
        var type = _types.SingleOrDefault(t => t.Kind == KindStruct && t.Name == name);
        if (type.Name is null)
            throw new InvalidDataException($"The object's BTF has no struct {name}.");
        var fields = new List<BtfField>();
        AddFields(type.Data, type.Count, 0, fields);
        return (type.Size, fields);
    }

    private void AddFields(int data, int count, int baseOffset, List<BtfField> fields)
    {
        for (var i = 0; i < count; i++)
        {
            var member = data + i * 12;
            var name = Text(Int(member));
            var type = Int(member + 4);
            var offset = baseOffset + (Int(member + 8) & 0xFFFFFF) / 8;
            if (name.Length == 0)
                AddFields(_types[type].Data, _types[type].Count, offset, fields);
            else
                fields.Add(new BtfField(name, offset, SizeOf(type)));
        }
    }

    private int SizeOf(int id)
    {
        var type = _types[id];
        return type.Kind switch
        {
            KindInt or KindStruct or KindUnion or KindEnum or KindEnum64 => type.Size,
            KindPointer => PointerBytes,
            KindArray => SizeOf(Int(type.Data)) * Int(type.Data + 8),
            _ => SizeOf(type.Size), // a typedef or qualifier: "size" is the type it names
        };
    }

    private int ReadType(int at)
    {
        var info = Int(at + 4);
        var kind = info >> 24 & 0x1F;
        var count = info & 0xFFFF;
        var data = at + 12;
        _types.Add((kind, Text(Int(at)), Int(at + 8), data, count));
        return data + kind switch
        {
            KindInt or KindVariable or KindDeclTag => 4,
            KindArray => 12,
            KindStruct or KindUnion or KindDataSection or KindEnum64 => 12 * count,
            KindEnum or KindFunctionPrototype => 8 * count,
            _ => 0,
        };
    }

    private int Int(int at) => BinaryPrimitives.ReadInt32LittleEndian(_btf.AsSpan(at));

    private string Text(int at)
    {
        var bytes = _btf.AsSpan(_strings + at);
        return Encoding.ASCII.GetString(bytes[..bytes.IndexOf((byte)0)]);
    }

    private static byte[] Section(byte[] elf, string name)
    {
        var headers = (int)BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(0x28));
        var headerBytes = BinaryPrimitives.ReadInt16LittleEndian(elf.AsSpan(0x3A));
        var count = BinaryPrimitives.ReadInt16LittleEndian(elf.AsSpan(0x3C));
        var namesAt = BinaryPrimitives.ReadInt16LittleEndian(elf.AsSpan(0x3E));
        var names = Offset(namesAt);
        for (var i = 0; i < count; i++)
        {
            var header = elf.AsSpan(headers + i * headerBytes);
            var text = elf.AsSpan(names + BinaryPrimitives.ReadInt32LittleEndian(header));
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(header[0x20..]);
            if (Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]) == name)
                return elf.AsSpan(Offset(i), length).ToArray();
        }
        throw new InvalidDataException($"The object has no section {name}.");

        int Offset(int index) =>
            (int)BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(headers + index * headerBytes + 0x18));
    }
}
