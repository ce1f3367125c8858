using System.Globalization;

namespace Tcptop.Collectors.Ebpf;

/// <summary>
/// Sizes of what can be full, where they are not the usual ones: for tests of what is then lost, how it is counted, and what is made room for. No size is an
/// option of the program.
/// </summary>
internal sealed record TableSizes
{
    /// <summary>Such as <c>closed_ring=4096,udp_flows=64</c>: bytes of the ring, elements of the tables. What it does not name is as usual.</summary>
    private const string TestSwitch = "TCPTOP_TEST_TABLES";

    /// <summary>Bounds memory (168 bytes each) where a tick is long and the churn is great.</summary>
    private const uint UsualClosedQueue = 1 << 20;

    public static TableSizes OfThisRun { get; } = Parse(Environment.GetEnvironmentVariable(TestSwitch) ?? "");

    /// <summary>Null, as the others: as it was compiled.</summary>
    public uint? ClosedRingBytes { get; private init; }

    public uint? UdpFlows { get; private init; }

    public uint? UdpSockets { get; private init; }

    /// <summary>Final records that wait in user space; beyond it they are counted as lost.</summary>
    public uint ClosedQueue { get; private init; } = UsualClosedQueue;

    internal static TableSizes Parse(string text)
    {
        var sizes = new TableSizes();
        foreach (var part in text.Split(','))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at < 0 || !uint.TryParse(part.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var size))
                continue;
            sizes = part[..at] switch
            {
                "closed_ring" => sizes with { ClosedRingBytes = size },
                "closed_queue" => sizes with { ClosedQueue = size },
                "udp_flows" => sizes with { UdpFlows = size },
                "udp_sockets" => sizes with { UdpSockets = size },
                _ => sizes,
            };
        }
        return sizes;
    }
}
