using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tcptop.Model;
using Tcptop.Model.Fields;
using Tcptop.Outputs.Fields;
using Tcptop.Table;
using Tcptop.Table.Formats;

namespace Tcptop.Outputs.Json;

/// <summary>
/// One JSON object a row, one row a line. An absent value is null. Characters outside ASCII are escaped, so
/// that names which other processes chose are harmless on a terminal too.
/// </summary>
/// <param name="host">What is asked about each row.</param>
/// <param name="fields">The keys of an object, in their order; null: those of 0.1.0.</param>
public sealed class JsonLinesOutput(IHostFacts host, ImmutableArray<Field>? fields = null) : IOutput, IDisposable
{
    private readonly FileFields _fields = FileFields.Of(fields);
    private Utf8JsonWriter? _json;

    public HostFact Asks => _fields.Asks;

    public void WriteRows(Snapshot snapshot, int first, int count, IBufferWriter<byte> into)
    {
        Span<char> timestamp = stackalloc char[Rfc3339.Length];
        Rfc3339.Format(snapshot.Timestamp, timestamp);
        var json = _json ??= new Utf8JsonWriter(into);
        var facts = new FactsOfRows(host, Asks);
        var sink = new JsonFields(json);
        foreach (ref readonly var row in snapshot.Piece(first, count))
        {
            json.Reset(into);
            json.WriteStartObject();
            _fields.Write(ref sink, row, facts.Of(row), snapshot.Timestamp, timestamp);
            json.WriteEndObject();
            json.Flush();
            into.Write("\n"u8);
        }
    }

    public void Dispose() => _json?.Dispose();

    private readonly struct JsonFields(Utf8JsonWriter json) : IFieldSink
    {
        private const int LongestEscape = 6; // \u202e
        private const int Quotes = 2;

        public void Absent(JsonEncodedText name) => json.WriteNull(name);

        public void Text(JsonEncodedText name, scoped ReadOnlySpan<char> value) => json.WriteString(name, value);

        public void Foreign(JsonEncodedText name, scoped ReadOnlySpan<char> value, int mostBytes)
        {
            if (value.Length * LongestEscape + Quotes > mostBytes)
            {
                Span<char> escaped = stackalloc char[mostBytes - Quotes];
                JavaScriptEncoder.Default.Encode(value, escaped, out var fitting, out _);
                value = value[..fitting];
            }
            json.WriteString(name, value);
        }

        public void Count(JsonEncodedText name, ulong? value)
        {
            if (value is { } count)
                json.WriteNumber(name, count);
            else
                json.WriteNull(name);
        }

        /// <summary>Many a reader holds numbers as doubles, and would cut this one.</summary>
        public void Id(JsonEncodedText name, ulong value)
        {
            Span<char> digits = stackalloc char[20];
            value.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
            json.WriteString(name, digits[..length]);
        }

        public void Fraction(JsonEncodedText name, double? value, int decimals)
        {
            if (value is { } number)
                json.WriteNumber(name, Math.Round(number, decimals));
            else
                json.WriteNull(name);
        }

        public void Flag(JsonEncodedText name, bool value) => json.WriteBoolean(name, value);
    }
}
