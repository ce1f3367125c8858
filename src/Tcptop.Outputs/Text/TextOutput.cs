using System.Buffers;
using System.Globalization;
using System.Text;
using Tcptop.Model;
using Tcptop.Table;
using Tcptop.Table.Formats;

namespace Tcptop.Outputs.Text;

/// <summary>
/// Aligned lines for people and grep: a summary, a heading, a line a connection, and an empty line. Human units, 1024-based; a row whose connection
/// has ended says [CLOSED] at its end. Columns that few rows fill are there when one does.
/// </summary>
public sealed class TextOutput : IOutput
{
    private const string Gap = "  ";
    private const string ClosedMark = "[CLOSED]";
    private const int RowsAtOnce = 256;

    // The columns of the snapshot in hand, and their widths.
    private readonly List<TextColumn> _columns = new(TextColumn.All.Length);
    private readonly int[] _widths = new int[TextColumn.All.Length];

    public void BeginRows(Snapshot snapshot, IBufferWriter<byte> into)
    {
        ChooseColumns(snapshot);
        Measure(snapshot);
        WriteSummary(snapshot, into);
        WriteHeading(into);
    }

    public void WriteRows(Snapshot snapshot, int first, int count, IBufferWriter<byte> into)
    {
        Span<char> cell = stackalloc char[TextColumn.MaxCellLength];
        foreach (ref readonly var row in snapshot.Piece(first, count))
        {
            for (var column = 0; column < _columns.Count; column++)
                WriteCell(into, column, cell[.._columns[column].Format(row, cell)]);
            Put(into, row.IsClosed ? Gap + ClosedMark + "\n" : "\n");
        }
    }

    public void EndRows(Snapshot snapshot, IBufferWriter<byte> into)
    {
        if (snapshot.RowsCut != 0)
            Put(into, string.Create(CultureInfo.InvariantCulture, $"... {snapshot.RowsCut} more\n"));
        Put(into, "\n");
    }

    private static void WriteSummary(Snapshot snapshot, IBufferWriter<byte> into)
    {
        Span<char> rateIn = stackalloc char[TextColumn.MaxCellLength];
        Span<char> rateOut = stackalloc char[TextColumn.MaxCellLength];
        var lengthIn = TextColumn.Rate(snapshot.Totals.RateIn, rateIn);
        var lengthOut = TextColumn.Rate(snapshot.Totals.RateOut, rateOut);
        Span<char> others = stackalloc char[CountsText.MaxOthersLength];
        others = others[..CountsText.FormatOthers(snapshot, others)];
        Span<char> line = stackalloc char[256];
        line.TryWrite(
            CultureInfo.InvariantCulture,
            $"{snapshot.Timestamp.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}  {snapshot.ConnectionCount} connection{(snapshot.ConnectionCount == 1 ? "" : "s")} ({snapshot.TcpCount} TCP, {CountsText.Udp(snapshot)} UDP{others})  in {rateIn[..lengthIn]}  out {rateOut[..lengthOut]}",
            out var written);
        Put(into, line[..written]);
        foreach (var loss in snapshot.Losses)
            Put(into, string.Create(CultureInfo.InvariantCulture, $"  LOST {loss.Name}: {loss.Count}"));
        Put(into, "\n");
    }

    private void ChooseColumns(Snapshot snapshot)
    {
        Span<bool> chosen = stackalloc bool[TextColumn.All.Length];
        for (var first = 0; first == 0 || first < snapshot.RowCount; first += RowsAtOnce)
        {
            var rows = Piece(snapshot, first);
            for (var column = 0; column < chosen.Length; column++)
                chosen[column] = chosen[column] || TextColumn.All[column].IsCalledFor(rows);
        }
        _columns.Clear();
        for (var column = 0; column < chosen.Length; column++)
        {
            if (chosen[column])
                _columns.Add(TextColumn.All[column]);
        }
    }

    private static ReadOnlySpan<ConnectionRecord> Piece(Snapshot snapshot, int first) =>
        snapshot.Piece(first, Math.Min(RowsAtOnce, snapshot.RowCount - first));

    private void Measure(Snapshot snapshot)
    {
        for (var column = 0; column < _columns.Count; column++)
            _widths[column] = _columns[column].Title.Length;
        for (var first = 0; first < snapshot.RowCount; first += RowsAtOnce)
            Measure(Piece(snapshot, first));
    }

    private void Measure(ReadOnlySpan<ConnectionRecord> rows)
    {
        Span<char> cell = stackalloc char[TextColumn.MaxCellLength];
        foreach (ref readonly var row in rows)
        {
            for (var column = 0; column < _columns.Count; column++)
                _widths[column] = Math.Max(_widths[column], RuneWidth.Of(cell[.._columns[column].Format(row, cell)]));
        }
    }

    private void WriteHeading(IBufferWriter<byte> into)
    {
        for (var column = 0; column < _columns.Count; column++)
            WriteCell(into, column, _columns[column].Title);
        Put(into, "\n");
    }

    private void WriteCell(IBufferWriter<byte> into, int column, ReadOnlySpan<char> text)
    {
        var padding = _widths[column] - RuneWidth.Of(text);
        Put(into, column > 0 ? Gap : "");
        if (_columns[column].AlignRight)
            Pad(into, padding);
        Put(into, text);
        if (!_columns[column].AlignRight)
            Pad(into, padding);
    }

    private static void Pad(IBufferWriter<byte> into, int count)
    {
        if (count <= 0)
            return;
        into.GetSpan(count)[..count].Fill((byte)' ');
        into.Advance(count);
    }

    private static void Put(IBufferWriter<byte> into, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return;
        var length = Encoding.UTF8.GetBytes(text, into.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)));
        into.Advance(length);
    }
}
