namespace Tcptop.Tui.Input;

/// <summary>Bytes as they come in, in whatever pieces; keys out.</summary>
internal sealed class KeyReader
{
    /// <summary>Longer than any key; an answer of a terminal that is longer still is dropped.</summary>
    private const int Capacity = 1024;

    private const byte Esc = 0x1B;

    private readonly byte[] _pending = new byte[Capacity];
    private int _length;

    /// <summary>An ESC has come that may be the Escape key or the start of more: a moment's silence will tell.</summary>
    public bool AwaitsSequence => _length != 0 && _pending[0] == Esc;

    /// <summary>Where the next bytes go; say <see cref="Added"/> then. Never empty once <see cref="TryRead"/> has returned false.</summary>
    public Span<byte> Free => _pending.AsSpan(_length);

    public void Added(int count) => _length += count;

    /// <summary>The next key. <paramref name="isComplete"/>: the moment has passed in silence.</summary>
    public bool TryRead(bool isComplete, out KeyEvent key)
    {
        while (true)
        {
            var read = KeyParser.Read(_pending.AsSpan(0, _length), isComplete || _length == Capacity, out var found);
            _pending.AsSpan(read, _length - read).CopyTo(_pending);
            _length -= read;
            key = found.GetValueOrDefault();
            if (found is not null)
                return true;
            if (read == 0)
                return false;
        }
    }
}
