using System.Text.Json;

namespace Tcptop.Outputs.Fields;

/// <summary>One form of writing a row: takes its fields in their order. A value that is null is absent.</summary>
internal interface IFieldSink
{
    void Absent(JsonEncodedText name);

    void Text(JsonEncodedText name, scoped ReadOnlySpan<char> value);

    /// <summary>Text that others chose, as long as it likes to be.</summary>
    /// <param name="name">The field's.</param>
    /// <param name="value">Cut where it would take more room, between characters.</param>
    /// <param name="mostBytes">As it is written, with all that is written in place of its characters and
    /// around it.</param>
    void Foreign(JsonEncodedText name, scoped ReadOnlySpan<char> value, int mostBytes);

    void Count(JsonEncodedText name, ulong? value);

    /// <summary>A number that is no amount; it may be larger than what every reader of numbers holds.</summary>
    void Id(JsonEncodedText name, ulong value);

    void Fraction(JsonEncodedText name, double? value, int decimals);

    void Flag(JsonEncodedText name, bool value);
}
