using System.Text.Json;
using Tcptop.Outputs.Fields;

namespace Tcptop.Outputs.Csv;

/// <summary>Takes the fields of any row, and writes their names.</summary>
internal ref struct CsvHeader(CsvRow names) : IFieldSink
{
    private CsvRow _names = names;

    public void Absent(JsonEncodedText name) => _names.Text(name, name.Value);

    public void Text(JsonEncodedText name, scoped ReadOnlySpan<char> value) => Absent(name);

    public void Foreign(JsonEncodedText name, scoped ReadOnlySpan<char> value, int mostBytes) => Absent(name);

    public void Count(JsonEncodedText name, ulong? value) => Absent(name);

    public void Id(JsonEncodedText name, ulong value) => Absent(name);

    public void Fraction(JsonEncodedText name, double? value, int decimals) => Absent(name);

    public void Flag(JsonEncodedText name, bool value) => Absent(name);

    public void End()
    {
        _names.EndRow();
        _names.Flush();
    }
}
