using System.Numerics;

namespace Tcptop.Outputs.Trace;

/// <summary>
/// The texts of values that come again and again, each in one of a fixed number of places: what falls on a
/// taken one takes it over.
/// </summary>
/// <param name="maxBytes">Of a text; 255 at most.</param>
internal sealed class TextCache<T>(int maxBytes, TextCache<T>.Formatter format)
    where T : struct, IEquatable<T>
{
    private const int Places = 1024;

    private readonly T[] _values = new T[Places];
    private readonly byte[] _lengths = new byte[Places];
    private readonly byte[] _texts = new byte[Places * maxBytes];

    /// <summary>Writes the text and returns its length, which is never 0.</summary>
    public delegate int Formatter(in T value, Span<byte> into);

    public ReadOnlySpan<byte> TextOf(in T value)
    {
        // The upper bits of the product depend on all bits of the hash.
        var place = (int)((uint)value.GetHashCode() * 0x9E3779B1u >> (32 - BitOperations.Log2(Places)));
        var text = _texts.AsSpan(place * maxBytes, maxBytes);
        if (_lengths[place] == 0 || !_values[place].Equals(value))
        {
            _lengths[place] = (byte)format(value, text);
            _values[place] = value;
        }
        return text[.._lengths[place]];
    }
}
