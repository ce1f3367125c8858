using System.Text;
using Tcptop.Model;

namespace Tcptop.Table.Filtering;

/// <summary>
/// Which of the kernel's names have a text in them, in upper or lower case. Remembers it: there are few.
/// </summary>
internal sealed class NameParts(string part)
{
    private const int Remembered = 4096;

    private readonly Dictionary<KernelName, bool> _known = [];

    public bool IsIn(KernelName name)
    {
        if (name.IsEmpty)
            return false;
        if (_known.TryGetValue(name, out var known))
            return known;
        if (_known.Count == Remembered)
            _known.Clear();
        Span<byte> bytes = stackalloc byte[KernelName.ByteLength];
        // What is not UTF-8 becomes U+FFFD, one for a byte at the most, so that there is always room.
        Span<char> text = stackalloc char[KernelName.ByteLength];
        var length = Encoding.UTF8.GetChars(bytes[..name.CopyTo(bytes)], text);
        return _known[name] = text[..length].Contains(part, StringComparison.OrdinalIgnoreCase);
    }
}
