namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// Records in the order in which they came, in pieces: however many wait, none is ever copied, and
/// what a burst took goes back.
/// </summary>
internal sealed class WaitingRecords
{
    /// <summary>Of 344 bytes each.</summary>
    private const int RecordsOfAPiece = 1 << 12;

    private readonly List<ClosedRecordAbi[]> _pieces = [];
    private ClosedRecordAbi[]? _spare;

    public int Count { get; private set; }

    /// <summary>How many pieces <see cref="Piece"/> has.</summary>
    public int Pieces => _pieces.Count;

    public void Add(in ClosedRecordAbi record)
    {
        var at = Count % RecordsOfAPiece;
        if (at == 0)
        {
            _pieces.Add(_spare ?? new ClosedRecordAbi[RecordsOfAPiece]);
            _spare = null;
        }
        _pieces[^1][at] = record;
        Count++;
    }

    /// <summary>Valid until <see cref="Clear"/>.</summary>
    public ReadOnlySpan<ClosedRecordAbi> Piece(int number)
    {
        var before = number * RecordsOfAPiece;
        return _pieces[number].AsSpan(0, Math.Min(RecordsOfAPiece, Count - before));
    }

    /// <summary>One piece is kept: on a quiet host it is enough for ever.</summary>
    public void Clear()
    {
        if (_pieces.Count > 0)
            _spare = _pieces[0];
        _pieces.Clear();
        _pieces.TrimExcess();
        Count = 0;
    }
}
