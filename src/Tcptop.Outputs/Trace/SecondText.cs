using System.Buffers.Text;
using System.Globalization;

namespace Tcptop.Outputs.Trace;

/// <summary>
/// A time to the microsecond: the text up to its second is kept from one event to the next, most of which are
/// in the same.
/// </summary>
internal sealed class SecondText(string format, Func<long, long> toShown)
{
    private const int MaxLength = 32;

    private readonly byte[] _text = new byte[MaxLength];
    private int _length;
    private long _second = -1;

    /// <summary>Writes the time of these ticks of UTC; returns the length.</summary>
    public int Format(long ticks, Span<byte> into)
    {
        var second = ticks / TimeSpan.TicksPerSecond;
        if (second != _second)
        {
            var shown = new DateTime(toShown(second * TimeSpan.TicksPerSecond), DateTimeKind.Unspecified);
            shown.TryFormat(_text, out _length, format, CultureInfo.InvariantCulture);
            _second = second;
        }
        _text.AsSpan(0, _length).CopyTo(into);
        into[_length] = (byte)'.';
        var microseconds = (uint)(ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond);
        Utf8Formatter.TryFormat(
            microseconds, into[(_length + 1)..], out var digits, new System.Buffers.StandardFormat('D', 6));
        return _length + 1 + digits;
    }
}
