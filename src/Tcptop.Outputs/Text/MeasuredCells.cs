namespace Tcptop.Outputs.Text;

/// <summary>
/// The texts of a snapshot's first rows, kept from when their widths were taken until they are written: to make a text
/// costs more than all else. As many rows as fit into a few megabytes.
/// </summary>
internal sealed class MeasuredCells
{
    private const int MostCharacters = 1 << 20;

    private readonly List<int> _ends = [];
    private char[] _text = [];
    private int _columns;

    /// <summary>Begins with the first cell of the first row.</summary>
    public void Clear(int columns)
    {
        _ends.Clear();
        _columns = columns;
    }

    /// <summary>The next cell; dropped where there is no room, as are all behind it.</summary>
    public void Add(ReadOnlySpan<char> cell)
    {
        var at = _ends.Count == 0 ? 0 : _ends[^1];
        if (at < 0 || at + cell.Length > MostCharacters)
        {
            if (at >= 0)
                _ends.Add(-1);
            return;
        }
        if (at + cell.Length > _text.Length)
            Array.Resize(ref _text, Math.Min(MostCharacters, Math.Max(2 * _text.Length, at + cell.Length)));
        cell.CopyTo(_text.AsSpan(at));
        _ends.Add(at + cell.Length);
    }

    /// <summary>Whether all cells of a row are here.</summary>
    public bool Has(int row)
    {
        var last = (row + 1) * _columns - 1;
        return last < _ends.Count && _ends[last] >= 0;
    }

    public ReadOnlySpan<char> Of(int row, int column)
    {
        var cell = row * _columns + column;
        var start = cell == 0 ? 0 : _ends[cell - 1];
        return _text.AsSpan(start, _ends[cell] - start);
    }
}
