using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Tcptop.Model;
using Tcptop.Outputs;
using Tcptop.Outputs.Csv;
using Tcptop.Outputs.Json;
using Tcptop.Outputs.Text;
using Tcptop.Table;
using Tcptop.UnitTests.Outputs;
using Xunit;

namespace Tcptop.UnitTests.Fuzz;

/// <summary>Writes a snapshot in every form, reads it back, and says what is not as it should be.</summary>
internal static class FuzzedOutputs
{
    /// <summary>Before the rows of the text form: the summary and the headings.</summary>
    private const int TextLinesBeforeRows = 2;

    public static readonly IHostFacts KnowsNothing = new FakeHostFacts();

    public static Forms Write(Snapshot snapshot, IHostFacts host)
    {
        using var json = new JsonLinesOutput(host);
        return new Forms(
            Written(json, snapshot),
            Written(new CsvOutput(host), snapshot),
            Written(new CsvOutput(host, forTerminal: true), snapshot),
            Written(new TextOutput(new TextOptions(), FuzzedOutputs.KnowsNothing), snapshot));
    }

    public static void AreRight(Forms written, int rows)
    {
        IsPlainLines(written.Json, rows, ascii: true);
        AreTheSame(Encoding.UTF8.GetString(written.Json), CsvReader.Read(Encoding.UTF8.GetString(written.Csv)), rows);
        // Its lines end as CSV's do.
        var onTerminal = Encoding.UTF8.GetString(written.CsvOnTerminal).Replace("\r\n", "\n", StringComparison.Ordinal);
        IsPlainLines(Encoding.UTF8.GetBytes(onTerminal), rows);
        IsPlainLines(written.Text, rows + TextLinesBeforeRows + 1);
    }

    /// <summary>
    /// So many lines, each ended, and nothing in them that moves a cursor, turns the writing or cannot be
    /// decoded.
    /// </summary>
    public static void IsPlainLines(ReadOnlySpan<byte> written, int lines, bool ascii = false)
    {
        Assert.Equal(lines, written.Count((byte)'\n'));
        Assert.True(lines == 0 || written[^1] == '\n');
        while (!written.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(written, out var rune, out var length);
            written = written[length..];
            if (status != OperationStatus.Done || (rune.Value != '\n' && (!IsPlain(rune) || (ascii && !rune.IsAscii))))
                Assert.Fail($"{status}: U+{rune.Value:X4} in a line");
        }
    }

    public static bool IsPlain(Rune rune) => (rune.Value is >= ' ' and < 0x7F) || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);

    private static void AreTheSame(string objects, List<List<string>> rows, int count)
    {
        Assert.Equal(count, rows.Count);
        var lines = objects.Split('\n');
        for (var i = 0; i < count; i++)
        {
            using var parsed = JsonDocument.Parse(lines[i]);
            var fields = parsed.RootElement.EnumerateObject().Select(field => TextOf(field.Value));
            if (!fields.Zip(rows[i]).All(field => IsSame(field.First, field.Second)) || fields.Count() != rows[i].Count)
                Assert.Equal(fields, rows[i]);
        }
    }

    /// <summary>What is too long is cut where it would take too much room, which each form reaches elsewhere.</summary>
    private static bool IsSame(string inJson, string inCsv) =>
        string.Equals(inJson, inCsv, StringComparison.Ordinal)
        || (JsonEncodedText.Encode(inJson).EncodedUtf8Bytes.Length > 1_024 - 16
            && inCsv.StartsWith(inJson, StringComparison.Ordinal));

    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };

    private static byte[] Written(IOutput output, Snapshot snapshot)
    {
        var buffer = new ArrayBufferWriter<byte>();
        OutputRows.Write(output, snapshot, buffer);
        Assert.Equal(buffer.WrittenCount, output.WholeRows(buffer.WrittenSpan));
        return buffer.WrittenSpan.ToArray();
    }

    internal readonly record struct Forms(byte[] Json, byte[] Csv, byte[] CsvOnTerminal, byte[] Text);
}
