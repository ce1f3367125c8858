namespace Tcptop.Model.Filtering;

/// <summary>An expression that is none.</summary>
/// <param name="at">Where in it,</param>
/// <param name="length">and over how many characters.</param>
/// <param name="message">What was expected. Holds text as it was given: escape before a terminal.</param>
public sealed class FilterException(int at, int length, string message) : Exception(message)
{
    public int At { get; } = at;

    public int Length { get; } = Math.Max(1, length);
}
