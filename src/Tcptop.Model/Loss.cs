namespace Tcptop.Model;

/// <summary>
/// Something that could not be counted or kept, under the name the user sees, and how often since start.
/// </summary>
public readonly record struct Loss(string Name, ulong Count);
