using System.Buffers;
using Tcptop.Model;
using Tcptop.Outputs.Fields;
using Tcptop.Table;

namespace Tcptop.Outputs.Csv;

/// <summary>
/// RFC 4180: a header, then a line a row; an absent value is empty. Names and order are those of the JSON fields. Text is written as it is, so that it
/// reads back as it was: what a spreadsheet would take for a formula is not altered.
/// </summary>
/// <param name="host">What is asked about each row.</param>
/// <param name="forTerminal">Escape what is not plain text: names that other processes chose must not reach a terminal.</param>
public sealed class CsvOutput(IHostFacts host, bool forTerminal = false) : IOutput
{
    public void Begin(IBufferWriter<byte> into)
    {
        var header = new CsvHeader(new CsvRow(into, forTerminal: false));
        RowFields.Write(ref header, default, default, "");
        header.End();
    }

    public void WriteRows(Snapshot snapshot, int first, int count, IBufferWriter<byte> into)
    {
        Span<char> timestamp = stackalloc char[Rfc3339.Length];
        Rfc3339.Format(snapshot.Timestamp, timestamp);
        var facts = new FactsOfRows(host);
        var fields = new CsvRow(into, forTerminal);
        foreach (ref readonly var row in snapshot.Piece(first, count))
        {
            RowFields.Write(ref fields, row, facts.Of(row), timestamp);
            fields.EndRow();
        }
        fields.Flush();
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
