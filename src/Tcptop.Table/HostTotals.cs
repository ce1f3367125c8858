namespace Tcptop.Table;

/// <summary>
/// What all connections together, or those that a filter wants, have moved since the program began to watch;
/// those that have ended included.
/// </summary>
/// <param name="BytesIn">Of connections that pre-date the program, only what came after their first sample.</param>
/// <param name="BytesOut">As <paramref name="BytesIn"/>.</param>
/// <param name="RateIn">Bytes per second over the last refresh; null before the second.</param>
/// <param name="RateOut">As <paramref name="RateIn"/>.</param>
public readonly record struct HostTotals(ulong BytesIn, ulong BytesOut, double? RateIn, double? RateOut);
