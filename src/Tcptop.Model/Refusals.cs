namespace Tcptop.Model;

/// <summary>This host cannot run the collector; the message is one line for the user.</summary>
public sealed class UnsupportedHostException(string message, IReadOnlyList<Missing> missing) : Exception(message)
{
    public IReadOnlyList<Missing> Missing { get; } = missing;
}

/// <summary>The process lacks a privilege.</summary>
/// <param name="words">What there is to say of it, if it is not which are missing.</param>
public sealed class PrivilegeException(
    IReadOnlyList<string> missingCapabilities, bool isPartial, string? words = null)
    : Exception(words ?? $"This process lacks {string.Join(" and ", missingCapabilities)}")
{
    public IReadOnlyList<string> MissingCapabilities { get; } = missingCapabilities;

    /// <summary>
    /// It has some of what is needed, or seems to, so somebody gave it capabilities on purpose and
    /// wants to know what is wrong.
    /// </summary>
    public bool IsPartial { get; } = isPartial;
}
