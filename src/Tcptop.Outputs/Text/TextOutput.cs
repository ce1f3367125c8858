using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Tcptop.Model;
using Tcptop.Model.Fields;
using Tcptop.Table;
using Tcptop.Table.Formats;

namespace Tcptop.Outputs.Text;

/// <summary>How lines of text are made.</summary>
public sealed record TextOptions
{
    public static readonly ImmutableArray<Field> UsualFields = FieldList.In(FieldViews.Text | FieldViews.TextIfAny);

    /// <summary>The columns.</summary>
    public ImmutableArray<Field> Fields { get; init; } = UsualFields;

    /// <summary>Columns among them that are there only when a row has something to say in them.</summary>
    public ImmutableArray<Field> OnlyIfAny { get; init; } = FieldList.In(FieldViews.TextIfAny);

    /// <summary>For programs: numbers without units, no blank inside a value, no summary.</summary>
    public bool IsExact { get; init; }

    /// <summary>Titles above the columns.</summary>
    public bool HasHeader { get; init; } = true;
}

/// <summary>
/// Aligned lines for people and grep: a summary, a heading, a line a connection, and an empty line. Human
/// units, 1024-based; a row whose connection has ended says [CLOSED] at its end, if there is no column for
/// that.
/// </summary>
public sealed class TextOutput(TextOptions options, IHostFacts host) : IOutput
{
    private const string Gap = "  ";
    private const string ClosedMark = "[CLOSED]";
    private const int RowsAtOnce = 256;
    private const int RateLength = 32;

    // The columns of the snapshot in hand, and their widths.
    private readonly List<Field> _columns = [];
    private readonly List<int> _widths = [];
    private readonly MeasuredCells _measured = new();

    public HostFact Asks { get; } = FieldList.AskedFor(options.Fields);

    public void BeginRows(Snapshot snapshot, IBufferWriter<byte> into)
    {
        ChooseColumns(snapshot);
        Measure(snapshot);
        if (!options.IsExact)
            WriteSummary(snapshot, into);
        if (options.HasHeader)
            WriteHeading(into);
    }

    [SkipLocalsInit]
    public void WriteRows(Snapshot snapshot, int first, int count, IBufferWriter<byte> into)
    {
        Span<char> cell = stackalloc char[FieldText.MaxLength];
        var facts = new FactsOfRows(host, Asks);
        var marksEnds = !_columns.Contains(FieldList.Closed);
        foreach (ref readonly var row in snapshot.Piece(first, count))
        {
            var isKept = _measured.Has(first);
            var context = isKept ? default : new RowContext(facts.Of(row), snapshot.Timestamp);
            var isMarked = marksEnds && row.IsClosed;
            for (var column = 0; column < _columns.Count; column++)
            {
                var text = isKept
                    ? _measured.Of(first, column)
                    : cell[..Format(_columns[column], row, context, cell)];
                WriteCell(into, column, text, isLast: !isMarked && column == _columns.Count - 1);
            }
            Put(into, isMarked ? Gap + ClosedMark + "\n" : "\n");
            first++;
        }
    }

    public void EndRows(Snapshot snapshot, IBufferWriter<byte> into)
    {
        if (options.IsExact)
            return;
        if (snapshot.RowsCut != 0)
            Put(into, string.Create(CultureInfo.InvariantCulture, $"... {snapshot.RowsCut} more\n"));
        Put(into, "\n");
    }

    private static void WriteSummary(Snapshot snapshot, IBufferWriter<byte> into)
    {
        Span<char> rateIn = stackalloc char[RateLength];
        Span<char> rateOut = stackalloc char[RateLength];
        var lengthIn = FieldText.Rate(snapshot.Totals.RateIn, rateIn);
        var lengthOut = FieldText.Rate(snapshot.Totals.RateOut, rateOut);
        Span<char> others = stackalloc char[CountsText.MaxOthersLength];
        others = others[..CountsText.FormatOthers(snapshot, others)];
        Span<char> line = stackalloc char[256];
        var plural = snapshot.ConnectionCount == 1 ? "" : "s";
        line.TryWrite(
            CultureInfo.InvariantCulture,
            $"{snapshot.Timestamp.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}  {snapshot.ConnectionCount} connection{plural}",
            out var written);
        Put(into, line[..written]);
        line.TryWrite(
            CultureInfo.InvariantCulture,
            $" ({snapshot.TcpCount} TCP, {CountsText.Udp(snapshot)} UDP{others})"
            + $"  in {rateIn[..lengthIn]}  out {rateOut[..lengthOut]}",
            out written);
        Put(into, line[..written]);
        foreach (var loss in snapshot.Losses)
            Put(into, string.Create(CultureInfo.InvariantCulture, $"  LOST {loss.Name}: {loss.Count}"));
        Put(into, "\n");
    }

    private int Format(Field field, in ConnectionRecord row, in RowContext context, Span<char> cell) =>
        options.IsExact
            ? FieldText.FormatWord(field, row, context, cell)
            : FieldText.Format(field, row, context, cell);

    private void ChooseColumns(Snapshot snapshot)
    {
        _columns.Clear();
        foreach (var field in options.Fields)
        {
            if (!options.OnlyIfAny.Contains(field) || IsFilled(field, snapshot))
                _columns.Add(field);
        }
    }

    private static bool IsFilled(Field field, Snapshot snapshot)
    {
        for (var first = 0; first < snapshot.RowCount; first += RowsAtOnce)
        {
            foreach (ref readonly var row in Piece(snapshot, first))
            {
                if (IsFilled(field, row))
                    return true;
            }
        }
        return false;
    }

    /// <summary>Whether a row has something to say in it.</summary>
    private static bool IsFilled(Field field, in ConnectionRecord row) => field switch
    {
        NumberField number => number.Read(row) > 0,
        ShareField share => share.Read(row) is not null,
        _ => throw new UnreachableException($"{field} has no rule for when it is there"),
    };

    private static ReadOnlySpan<ConnectionRecord> Piece(Snapshot snapshot, int first) =>
        snapshot.Piece(first, Math.Min(RowsAtOnce, snapshot.RowCount - first));

    private void Measure(Snapshot snapshot)
    {
        _widths.Clear();
        foreach (var field in _columns)
            _widths.Add(!options.HasHeader ? 0 : options.IsExact ? field.Name.Length : field.Title.Length);
        _measured.Clear(_columns.Count);
        var facts = new FactsOfRows(host, Asks);
        for (var first = 0; first < snapshot.RowCount; first += RowsAtOnce)
            Measure(Piece(snapshot, first), snapshot.Timestamp, ref facts);
    }

    [SkipLocalsInit]
    private void Measure(ReadOnlySpan<ConnectionRecord> rows, DateTimeOffset refresh, ref FactsOfRows facts)
    {
        Span<char> cell = stackalloc char[FieldText.MaxLength];
        foreach (ref readonly var row in rows)
        {
            var context = new RowContext(facts.Of(row), refresh);
            for (var column = 0; column < _columns.Count; column++)
            {
                var text = cell[..Format(_columns[column], row, context, cell)];
                _widths[column] = Math.Max(_widths[column], RuneWidth.Of(text));
                _measured.Add(text);
            }
        }
    }

    private void WriteHeading(IBufferWriter<byte> into)
    {
        for (var column = 0; column < _columns.Count; column++)
        {
            var field = _columns[column];
            // For programs a title is one word, and that by which they can ask for it.
            WriteCell(into, column, options.IsExact ? field.Name : field.Title.ToUpperInvariant(),
                isLast: column == _columns.Count - 1);
        }
        Put(into, "\n");
    }

    /// <summary>No blanks end a line.</summary>
    private void WriteCell(IBufferWriter<byte> into, int column, ReadOnlySpan<char> text, bool isLast)
    {
        var padding = _widths[column] - RuneWidth.Of(text);
        var alignsRight = _columns[column].Unit.AlignsRight();
        Put(into, column > 0 ? Gap : "");
        if (alignsRight)
            Pad(into, padding);
        Put(into, text);
        if (!alignsRight && !isLast)
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
