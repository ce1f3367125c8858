namespace Tcptop.Model;

/// <summary>How far the clock on the wall is ahead of UTC at that time.</summary>
public delegate TimeSpan UtcOffset(DateTimeOffset time);
