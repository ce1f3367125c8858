using System.Buffers;
using System.Collections.Immutable;
using Tcptop.Model;
using Tcptop.Model.Fields;
using Tcptop.Outputs.Fields;
using Tcptop.Table;
using Tcptop.Table.Formats;

namespace Tcptop.Outputs.Csv;

/// <summary>
/// RFC 4180: a header, then a line a row; an absent value is empty. Names and order are those of the JSON
/// fields. Text is written as it is, so that it reads back as it was: what a spreadsheet would take for a
/// formula is not altered.
/// </summary>
/// <param name="host">What is asked about each row.</param>
/// <param name="fields">The columns; null: those of 0.1.0.</param>
/// <param name="forTerminal">Escape what is not plain text: names that other processes chose must not reach a
/// terminal.</param>
public sealed class CsvOutput(IHostFacts host, ImmutableArray<Field>? fields = null, bool forTerminal = false) : IOutput
{
    private readonly FileFields _fields = FileFields.Of(fields);

    /// <summary>Whether the names of the columns stand at the beginning.</summary>
    public bool HasHeader { get; init; } = true;

    public HostFact Asks => _fields.Asks;

    public void Begin(IBufferWriter<byte> into)
    {
        if (!HasHeader)
            return;
        var header = new CsvRow(into, forTerminal: false);
        foreach (var name in _fields.Names)
            header.Text(default, name);
        header.EndRow();
        header.Flush();
    }

    public void WriteRows(Snapshot snapshot, int first, int count, IBufferWriter<byte> into)
    {
        Span<char> timestamp = stackalloc char[Rfc3339.Length];
        Rfc3339.Format(snapshot.Timestamp, timestamp);
        var facts = new FactsOfRows(host, Asks);
        var line = new CsvRow(into, forTerminal);
        foreach (ref readonly var row in snapshot.Piece(first, count))
        {
            _fields.Write(ref line, row, facts.Of(row), snapshot.Timestamp, timestamp);
            line.EndRow();
        }
        line.Flush();
    }

    /// <summary>A line break within quotes ends no row.</summary>
    public int WholeRows(ReadOnlySpan<byte> written)
    {
        var whole = 0;
        var isQuoted = false;
        for (var at = 0; at < written.Length; at++)
        {
            if (written[at] == '"')
                isQuoted = !isQuoted;
            else if (written[at] == '\n' && !isQuoted)
                whole = at + 1;
        }
        return whole;
    }
}
