using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Tcptop.Collectors.Libbpf;

/// <summary>
/// Of the kernel's types those that have certain names, and what these are made of; what pointers lead to is left out.
/// libbpf looks for each type that a program reads among all types that it is given: in the kernel's 150,000 that takes
/// longer than all else it does.
/// </summary>
internal sealed class TypeExcerpt
{
    private readonly Dictionary<uint, uint> _ids = [];
    private readonly List<uint> _chosen = [];
    private readonly Stack<uint> _toVisit = [];
    private readonly Dictionary<uint, uint> _names = new() { [0] = 0 };
    private readonly List<byte> _nameBytes = [0];
    private readonly List<byte> _typeBytes = [];
    private readonly List<int> _places = [0];

    private TypeExcerpt()
    {
    }

    /// <summary>As BTF of its own, whose ids are not the kernel's.</summary>
    /// <param name="image">All types.</param>
    /// <param name="names">Where the names of the wanted stand.</param>
    public static byte[] Of(BtfImage image, IReadOnlyCollection<uint> names)
    {
        var excerpt = new TypeExcerpt();
        excerpt.ChooseNamed(image, names.ToHashSet());
        while (excerpt._toVisit.TryPop(out var id))
        {
            if (image.TryType(excerpt._places[(int)id], out var type))
                excerpt.ChooseParts(image, type);
        }
        foreach (var id in excerpt._chosen)
        {
            if (image.TryType(excerpt._places[(int)id], out var type))
                excerpt.Write(image, type);
        }
        return excerpt.ToArray();
    }

    private void ChooseNamed(BtfImage image, HashSet<uint> names)
    {
        for (var at = 0; image.TryType(at, out var type); at += type.Bytes)
        {
            _places.Add(at);
            if (type.NameAt != 0 && IsOfData(type.Kind) && names.Contains(type.NameAt))
                Choose((uint)_places.Count - 1);
        }
    }

    private static bool IsOfData(BtfKind kind) => kind
        is not (BtfKind.Function or BtfKind.FunctionPrototype or BtfKind.Variable or BtfKind.DataSection
            or BtfKind.DeclTag);

    private void Choose(uint id)
    {
        if (id == 0 || id >= _places.Count || !_ids.TryAdd(id, (uint)_chosen.Count + 1))
            return;
        _chosen.Add(id);
        _toVisit.Push(id);
    }

    private void ChooseParts(BtfImage image, BtfType type)
    {
        foreach (var at in PlacesOfTypes(type))
        {
            var id = BtfImage.Word(type.Whole, at);
            if (id < _places.Count && id != 0 && image.TryType(_places[(int)id], out var part) && IsOfData(part.Kind))
                Choose(id);
        }
    }

    /// <summary>Where in a type the ids of those stand that it is made of.</summary>
    private static IEnumerable<int> PlacesOfTypes(BtfType type) => type.Kind switch
    {
        BtfKind.Struct or BtfKind.Union => Enumerable.Range(0, type.Count)
            .Select(static member => BtfType.HeadBytes + member * BtfType.MemberBytes + BtfType.TypeInMember),
        BtfKind.Array => [BtfType.HeadBytes, BtfType.HeadBytes + BtfType.TypeInMember],
        BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const or BtfKind.Restrict or BtfKind.TypeTag =>
            [BtfType.HeadBytes - sizeof(uint)],
        _ => [],
    };

    private void Write(BtfImage image, BtfType type)
    {
        var start = _typeBytes.Count;
        _typeBytes.AddRange(type.Whole);
        var written = CollectionsMarshal.AsSpan(_typeBytes)[start..];
        Replace(written, 0, NameOf(image, type.NameAt));
        // Of a pointer all that matters is that it is one.
        if (type.Kind == BtfKind.Pointer)
            Replace(written, BtfType.HeadBytes - sizeof(uint), 0);
        foreach (var at in PlacesOfTypes(type))
            Replace(written, at, _ids.GetValueOrDefault(BtfImage.Word(written, at)));
        for (var part = 0; type.BytesOfPart != 0 && part < type.Count; part++)
        {
            var at = BtfType.HeadBytes + part * type.BytesOfPart;
            Replace(written, at, NameOf(image, BtfImage.Word(written, at)));
        }
    }

    private static void Replace(Span<byte> written, int at, uint word) =>
        BinaryPrimitives.WriteUInt32LittleEndian(written[at..], word);

    private uint NameOf(BtfImage image, uint at)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_names, at, out var exists);
        if (exists)
            return known;
        known = (uint)_nameBytes.Count;
        _nameBytes.AddRange(image.NameAt(at));
        _nameBytes.Add(0);
        return known;
    }

    private byte[] ToArray()
    {
        var header = new byte[BtfImage.HeaderBytes];
        uint[] words =
        [
            0x0001_0000 | BtfImage.Magic, BtfImage.HeaderBytes, 0, (uint)_typeBytes.Count, (uint)_typeBytes.Count,
            (uint)_nameBytes.Count,
        ];
        for (var i = 0; i < words.Length; i++)
            Replace(header, i * sizeof(uint), words[i]);
        return [.. header, .. _typeBytes, .. _nameBytes];
    }
}
