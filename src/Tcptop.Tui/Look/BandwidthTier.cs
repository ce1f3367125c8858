using Tcptop.Model;

namespace Tcptop.Tui.Look;

/// <summary>How much a connection moves, in four steps that are told apart at a glance.</summary>
internal enum BandwidthTier
{
    Idle,
    Low,
    Medium,
    High,
}

internal static class BandwidthTiers
{
    private const double Low = 1024;
    private const double Medium = 100 * 1024;
    private const double High = 10 * 1024 * 1024;

    /// <summary>By bytes per second in and out together; without a rate, idle.</summary>
    public static BandwidthTier Of(in ConnectionRecord row) => row.RateTotal switch
    {
        >= High => BandwidthTier.High,
        >= Medium => BandwidthTier.Medium,
        >= Low => BandwidthTier.Low,
        _ => BandwidthTier.Idle,
    };
}
