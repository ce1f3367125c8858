namespace Tcptop.Tui.Input;

/// <summary>Bytes as they come in, in whatever pieces; keys out.</summary>
internal sealed class KeyReader
{
    /// <summary>
    /// Longer than any key; an answer of a terminal that is longer still is dropped, to its end or to a
    /// moment's silence.
    /// </summary>
    private const int Capacity = 1024;

    private const byte Esc = 0x1B;

    private readonly byte[] _pending = new byte[Capacity];
    private int _length;
    private bool _isDropping;

    /// <summary>
    /// An ESC has come that may be the Escape key or the start of more, or an answer has no end yet: a
    /// moment's silence will tell.
    /// </summary>
    public bool AwaitsSequence => _isDropping || (_length != 0 && _pending[0] == Esc);

    /// <summary>The start of a paste has been read, and not its end.</summary>
    public bool IsPasting { get; private set; }

    /// <summary>
    /// Where the next bytes go; say <see cref="Added"/> then. Never empty once <see cref="TryRead"/> has
    /// returned false.
    /// </summary>
    public Span<byte> Free => _pending.AsSpan(_length);

    public void Added(int count) => _length += count;

    /// <summary>The next key. <paramref name="isComplete"/>: the moment has passed in silence.</summary>
    public bool TryRead(bool isComplete, out KeyEvent key)
    {
        if (_isDropping)
            Drop(isComplete);
        while (true)
        {
            var pending = _pending.AsSpan(0, _length);
            // The rest of a string, which may be text of others, must not be taken for keys.
            if (_length == Capacity && !IsPasting && KeyParser.IsStringWithoutEnd(pending))
                Drop(isComplete);
            var isWhole = isComplete || _length == Capacity;
            pending = _pending.AsSpan(0, _length);
            var read = IsPasting
                ? KeyParser.ReadPasted(pending, isWhole, out var found)
                : KeyParser.Read(pending, isWhole, out found);
            Remove(read);
            IsPasting = found is { Key: Key.PasteStart } || (IsPasting && found is not { Key: Key.PasteEnd });
            key = found.GetValueOrDefault();
            if (found is not null)
                return true;
            if (read == 0)
                return false;
        }
    }

    private void Drop(bool isComplete)
    {
        var end = KeyParser.EndOfString(_pending.AsSpan(0, _length));
        _isDropping = end == 0 && !isComplete;
        // An ESC may be the first half of the end.
        Remove(end != 0 ? end : _length != 0 && _pending[_length - 1] == Esc && !isComplete ? _length - 1 : _length);
    }

    private void Remove(int count)
    {
        _pending.AsSpan(count, _length - count).CopyTo(_pending);
        _length -= count;
    }
}
