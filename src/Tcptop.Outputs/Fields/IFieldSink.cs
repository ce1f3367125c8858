using System.Text.Json;

namespace Tcptop.Outputs.Fields;

/// <summary>One form of writing a row: takes its fields in their order. A value that is null is absent.</summary>
internal interface IFieldSink
{
    void Absent(JsonEncodedText name);

    void Text(JsonEncodedText name, scoped ReadOnlySpan<char> value);

    void Count(JsonEncodedText name, ulong? value);

    /// <summary>A number that is no amount; it may be larger than what every reader of numbers holds.</summary>
    void Id(JsonEncodedText name, ulong value);

    void Fraction(JsonEncodedText name, double? value, int decimals);

    void Flag(JsonEncodedText name, bool value);
}
